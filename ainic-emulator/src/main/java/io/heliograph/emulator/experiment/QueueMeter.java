package io.heliograph.emulator.experiment;

import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.emulator.fabric.DropReason;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricObserver;
import io.heliograph.emulator.fabric.FabricPort;
import io.heliograph.emulator.fabric.Link;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures the queues in front of the links that leave switches, from its making on: the most bytes, and the mean over time, both exact. What waits in hosts is not counted. */
final class QueueMeter {
    private static final long BUCKET_BYTES = 1024;
    private static final int FIRST_BUCKETS = 16;
    private static final double P99 = 99;

    private final VirtualTime time;
    private final long beganPs;
    /** In the order of the links. */
    private final List<Gauge> gauges = new ArrayList<>();

    /** What is known of one queue: an observer of its own, so that a look touches nothing else. */
    private static final class Gauge implements FabricObserver {
        private final Link link;
        private long lastPs;
        private long lastBytes;
        private long mostBytes;
        /** How long there were how many KiB, the rest rounded up. */
        private long[] timesPs = new long[FIRST_BUCKETS];
        /** Bytes times picoseconds. */
        private double area;

        Gauge(Link link, long nowPs) {
            this.link = link;
            lastPs = nowPs;
        }

        private void look(long nowPs) {
            long bytes = link.queuedBytes();
            if (bytes != lastBytes) {
                area += (double) lastBytes * (nowPs - lastPs);
                pass(nowPs);
                lastPs = nowPs;
                lastBytes = bytes;
                mostBytes = Math.max(mostBytes, bytes);
            }
        }

        private void pass(long nowPs) {
            int bucket = (int) Math.ceilDiv(lastBytes, BUCKET_BYTES);
            if (bucket >= timesPs.length) {
                timesPs = Arrays.copyOf(timesPs, Math.max(2 * timesPs.length, bucket + 1));
            }
            timesPs[bucket] += nowPs - lastPs;
        }

        /** The least depth, in whole KiB, that is not exceeded for a part of the time. */
        long percentileBytes(double percent, long beganPs, long nowPs) {
            double left = (100 - percent) / 100 * (nowPs - beganPs);
            int bucket = (int) Math.ceilDiv(lastBytes, BUCKET_BYTES);
            int deepest = Math.max(bucket, timesPs.length - 1);
            for (; deepest > 0; deepest--) {
                left -= deepest < timesPs.length ? timesPs[deepest] : 0;
                left -= deepest == bucket ? nowPs - lastPs : 0;
                if (left < 0) {
                    break;
                }
            }
            return deepest * BUCKET_BYTES;
        }

        @Override
        public void queued(Link observed, long frame, long queuedBytes, long nowPs) {
            look(nowPs);
        }

        @Override
        public void sent(Link observed, long frame, long nowPs) {
            look(nowPs);
        }

        @Override
        public void dropped(Link observed, long frame, DropReason reason, long nowPs) {
            look(nowPs);
        }

        double areaUntil(long nowPs) {
            return area + (double) lastBytes * (nowPs - lastPs);
        }
    }

    QueueMeter(Fabric fabric) {
        time = fabric.time();
        beganPs = time.nowPs();
        for (Link link : fabric.links()) {
            Gauge gauge = new Gauge(link, beganPs);
            gauges.add(gauge);
            if (!(link.from() instanceof FabricPort)) {
                link.observe(gauge);
            }
        }
    }

    /** The most that ever waited in front of one link. */
    long mostBytes() {
        long most = 0;
        for (Gauge each : gauges) {
            most = Math.max(most, each.mostBytes);
        }
        return most;
    }

    /** What a queue does not exceed for 99 % of the time, in whole KiB, of the link for which that is the greatest. */
    long greatestP99Bytes() {
        long greatest = 0;
        for (Gauge each : gauges) {
            greatest = Math.max(greatest, each.percentileBytes(P99, beganPs, time.nowPs()));
        }
        return greatest;
    }

    /** The mean until now of the link whose mean is the greatest. */
    double greatestMeanBytes() {
        return meanBytes(deepestGauge());
    }

    /** The name of that link. */
    String deepest() {
        return deepestGauge().link.name();
    }

    private Gauge deepestGauge() {
        Gauge deepest = gauges.getFirst();
        for (Gauge each : gauges) {
            deepest = meanBytes(each) > meanBytes(deepest) ? each : deepest;
        }
        return deepest;
    }

    private double meanBytes(Gauge gauge) {
        long nowPs = time.nowPs();
        return nowPs == beganPs ? 0 : gauge.areaUntil(nowPs) / (nowPs - beganPs);
    }
}

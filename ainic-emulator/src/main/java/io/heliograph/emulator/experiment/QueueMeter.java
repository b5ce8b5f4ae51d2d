package io.heliograph.emulator.experiment;

import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.emulator.fabric.DropReason;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricObserver;
import io.heliograph.emulator.fabric.FabricPort;
import io.heliograph.emulator.fabric.Link;
import java.util.ArrayList;
import java.util.List;

/** Measures the queues in front of the links that leave switches, from its making on: the most bytes, and the mean over time, both exact. What waits in hosts is not counted. */
final class QueueMeter {
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
                lastPs = nowPs;
                lastBytes = bytes;
                mostBytes = Math.max(mostBytes, bytes);
            }
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

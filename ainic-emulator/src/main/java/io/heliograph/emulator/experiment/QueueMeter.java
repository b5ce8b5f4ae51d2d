package io.heliograph.emulator.experiment;

import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.emulator.fabric.DropReason;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricObserver;
import io.heliograph.emulator.fabric.FabricPort;
import io.heliograph.emulator.fabric.Link;
import java.util.Arrays;
import java.util.List;

/** Measures the queues in front of the links that leave switches, from its making on: the most bytes, and the mean over time, both exact. What waits in hosts is not counted. */
final class QueueMeter implements FabricObserver {
    private final VirtualTime time;
    private final long beganPs;
    private final List<Link> links;
    private final long[] lastPs;
    private final long[] lastBytes;
    private final long[] mostBytes;
    /** Bytes times picoseconds. */
    private final double[] areas;

    QueueMeter(Fabric fabric) {
        time = fabric.time();
        beganPs = time.nowPs();
        links = fabric.links();
        lastPs = new long[links.size()];
        lastBytes = new long[links.size()];
        mostBytes = new long[links.size()];
        areas = new double[links.size()];
        Arrays.fill(lastPs, beganPs);
        for (Link link : links) {
            if (!(link.from() instanceof FabricPort)) {
                link.observe(this);
            }
        }
    }

    private void look(Link link, long nowPs) {
        int number = link.number();
        long bytes = link.queuedBytes();
        if (bytes != lastBytes[number]) {
            areas[number] += (double) lastBytes[number] * (nowPs - lastPs[number]);
            lastPs[number] = nowPs;
            lastBytes[number] = bytes;
            mostBytes[number] = Math.max(mostBytes[number], bytes);
        }
    }

    @Override
    public void queued(Link link, long frame, long queuedBytes, long nowPs) {
        look(link, nowPs);
    }

    @Override
    public void sent(Link link, long frame, long nowPs) {
        look(link, nowPs);
    }

    @Override
    public void dropped(Link link, long frame, DropReason reason, long nowPs) {
        look(link, nowPs);
    }

    /** The most that ever waited in front of one link. */
    long mostBytes() {
        long most = 0;
        for (long each : mostBytes) {
            most = Math.max(most, each);
        }
        return most;
    }

    /** The mean until now of the link whose mean is the greatest. */
    double greatestMeanBytes() {
        double greatest = 0;
        for (int i = 0; i < areas.length; i++) {
            greatest = Math.max(greatest, meanBytes(i));
        }
        return greatest;
    }

    /** The name of that link. */
    String deepest() {
        int deepest = 0;
        for (int i = 1; i < areas.length; i++) {
            deepest = meanBytes(i) > meanBytes(deepest) ? i : deepest;
        }
        return links.get(deepest).name();
    }

    private double meanBytes(int link) {
        long nowPs = time.nowPs();
        double area = areas[link] + (double) lastBytes[link] * (nowPs - lastPs[link]);
        return nowPs == beganPs ? 0 : area / (nowPs - beganPs);
    }
}

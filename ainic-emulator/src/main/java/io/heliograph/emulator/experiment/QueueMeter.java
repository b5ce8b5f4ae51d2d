package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.DropReason;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricObserver;
import io.heliograph.emulator.fabric.FabricPort;
import io.heliograph.emulator.fabric.Link;
import java.util.List;

/** Measures the queues in front of the links that leave switches: the most bytes, and the mean over time, both exact. What waits in hosts is not counted. */
final class QueueMeter implements FabricObserver {
    private final List<Link> links;
    private final long[] lastPs;
    private final long[] lastBytes;
    private final long[] mostBytes;
    /** Bytes times picoseconds. */
    private final double[] areas;

    QueueMeter(Fabric fabric) {
        links = fabric.links();
        lastPs = new long[links.size()];
        lastBytes = new long[links.size()];
        mostBytes = new long[links.size()];
        areas = new double[links.size()];
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

    /** The mean from time 0 on of the link whose mean is the greatest. */
    double greatestMeanBytes(long nowPs) {
        double greatest = 0;
        for (int i = 0; i < areas.length; i++) {
            greatest = Math.max(greatest, meanBytes(i, nowPs));
        }
        return greatest;
    }

    /** The name of that link. */
    String deepest(long nowPs) {
        int deepest = 0;
        for (int i = 1; i < areas.length; i++) {
            deepest = meanBytes(i, nowPs) > meanBytes(deepest, nowPs) ? i : deepest;
        }
        return links.get(deepest).name();
    }

    private double meanBytes(int link, long nowPs) {
        return nowPs == 0 ? 0 : (areas[link] + (double) lastBytes[link] * (nowPs - lastPs[link])) / nowPs;
    }
}

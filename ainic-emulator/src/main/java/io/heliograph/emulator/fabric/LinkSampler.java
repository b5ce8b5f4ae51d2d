package io.heliograph.emulator.fabric;

import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.VirtualTime;
import java.util.Arrays;
import java.util.List;

/**
 * Looks at links at equal steps of time: how much waits in front of each, and for which part of the last step its line was busy.
 *
 * <p>Costs an event a step, and nothing between. It samples until {@code untilPs}.
 */
public final class LinkSampler implements Actor {
    private final VirtualTime time;
    private final int actor;
    private final Link[] links;
    private final long stepPs;
    private final long beginsPs;
    private final long untilPs;
    private final long[] busyBefore;
    private long[] queuedBytes;
    private float[] utilisation;
    private int samples;

    /** Samples from now on, the first one step later. */
    public LinkSampler(Fabric fabric, List<Link> links, long stepPs, long untilPs) {
        if (stepPs < 1) {
            throw new IllegalArgumentException("sampler: stepPs=" + stepPs + "; at least 1 ps");
        }
        time = fabric.time();
        this.links = links.toArray(Link[]::new);
        this.stepPs = stepPs;
        this.untilPs = untilPs;
        beginsPs = time.nowPs();
        busyBefore = new long[this.links.length];
        queuedBytes = new long[64 * this.links.length];
        utilisation = new float[64 * this.links.length];
        for (int i = 0; i < this.links.length; i++) {
            busyBefore[i] = busyUntilNow(this.links[i]);
        }
        actor = time.add(this);
        scheduleAfter(beginsPs);
    }

    private void scheduleAfter(long nowPs) {
        if (nowPs + stepPs <= untilPs) {
            time.schedule(actor, nowPs + stepPs);
        }
    }

    private long busyUntilNow(Link link) {
        return link.busyPs() - Math.max(0, link.busyUntilPs() - time.nowPs());
    }

    @Override
    public void act(long nowPs) {
        int at = samples * links.length;
        if (at == queuedBytes.length) {
            queuedBytes = Arrays.copyOf(queuedBytes, 2 * at);
            utilisation = Arrays.copyOf(utilisation, 2 * at);
        }
        for (int i = 0; i < links.length; i++) {
            queuedBytes[at + i] = links[i].queuedBytes();
            long busy = busyUntilNow(links[i]);
            utilisation[at + i] = (float) ((double) (busy - busyBefore[i]) / stepPs);
            busyBefore[i] = busy;
        }
        samples++;
        scheduleAfter(nowPs);
    }

    /** Samples so far. */
    public int samples() {
        return samples;
    }

    /** When a sample was taken. */
    public long timePs(int sample) {
        return beginsPs + (sample + 1L) * stepPs;
    }

    /** Bytes that waited in front of a link, one of those that it was made for, in their order. */
    public long queuedBytes(int sample, int link) {
        return queuedBytes[sample * links.length + link];
    }

    /** The part of the step before a sample for which a link's line was busy, 0 to 1. */
    public double utilisation(int sample, int link) {
        return utilisation[sample * links.length + link];
    }
}

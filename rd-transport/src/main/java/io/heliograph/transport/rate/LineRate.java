package io.heliograph.transport.rate;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.Tunables;

/** No limit but the port's: active flows take turns, a burst of packets each. */
public final class LineRate implements RatePolicy {
    /** A ring of the active flows, with an anchor behind the last flow. */
    private final int[] next;

    private final int[] previous;
    private final boolean[] active;
    private final int anchor;
    private long nowNs = Long.MIN_VALUE;

    /** A policy for flows 0 to {@code flows} - 1. */
    public LineRate(int flows) {
        next = new int[flows + 1];
        previous = new int[flows + 1];
        active = new boolean[flows];
        anchor = flows;
        next[anchor] = anchor;
        previous[anchor] = anchor;
    }

    @Override
    public void addFlow(int flow, IpAddress destination, int trafficClass, long timeNs) {}

    @Override
    public void onDutyCycle(long timeNs) {
        nowNs = Math.max(nowNs, timeNs);
    }

    @Override
    public void activate(int flow, long timeNs) {
        if (!active[flow]) {
            active[flow] = true;
            append(flow);
        }
    }

    @Override
    public void deactivate(int flow) {
        if (active[flow]) {
            active[flow] = false;
            unlink(flow);
        }
    }

    /** Whether a flow has something to send. */
    boolean isActive(int flow) {
        return active[flow];
    }

    @Override
    public int nextFlow(long timeNs) {
        return next[anchor] == anchor ? NONE : next[anchor];
    }

    @Override
    public int packetsAtOnce() {
        return Tunables.BURST_FRAMES;
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public void onSent(int flow, int wireBytes, long timeNs) {
        // Who is last already, for example because it is alone, stays there.
        if (active[flow] && next[flow] != anchor) {
            unlink(flow);
            append(flow);
        }
    }

    @Override
    public void onAcknowledged(int flow, int wireBytes, long rttNs, long timeNs) {}

    @Override
    public void onLost(int flow, int wireBytes, long timeNs) {}

    @Override
    public void reset(int flow) {
        deactivate(flow);
    }

    @Override
    public long nextDeadlineNs() {
        return next[anchor] == anchor ? Long.MAX_VALUE : nowNs;
    }

    private void append(int flow) {
        int last = previous[anchor];
        next[last] = flow;
        previous[flow] = last;
        next[flow] = anchor;
        previous[anchor] = flow;
    }

    private void unlink(int flow) {
        next[previous[flow]] = next[flow];
        previous[next[flow]] = previous[flow];
    }
}

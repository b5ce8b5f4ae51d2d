package io.heliograph.transport.rate;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.Tunables;
import java.util.Arrays;

/** No limit but the port's: active flows take turns, a burst of packets each. */
public final class LineRate implements RatePolicy {
    /** The place of the anchor in the ring; flow f is at f + 1. */
    private static final int ANCHOR = 0;
    /** Places to begin with: those of the flows to eight peers. */
    private static final int FIRST_PLACES = 64;

    private final int flows;
    /** A ring of the active flows; as long as the greatest flow that was ever active needs. */
    private int[] next;

    private int[] previous;
    private boolean[] active;
    private long nowNs = Long.MIN_VALUE;

    /** A policy for flows 0 to {@code flows} - 1. */
    public LineRate(int flows) {
        this.flows = flows;
        int places = Math.min(flows + 1, FIRST_PLACES);
        next = new int[places];
        previous = new int[places];
        active = new boolean[places];
    }

    private void makeRoom(int flow) {
        if (flow < 0 || flow >= flows) {
            throw new IndexOutOfBoundsException("line rate: flow=" + flow + " of=" + flows);
        }
        int places = (int) Math.min(flows + 1L, Math.max(2L * next.length, flow + 2L));
        next = Arrays.copyOf(next, places);
        previous = Arrays.copyOf(previous, places);
        active = Arrays.copyOf(active, places);
    }

    @Override
    public void addFlow(int flow, IpAddress destination, int trafficClass, long timeNs) {}

    @Override
    public void onDutyCycle(long timeNs) {
        nowNs = Math.max(nowNs, timeNs);
    }

    @Override
    public void activate(int flow, long timeNs) {
        int place = flow + 1;
        if (place >= active.length) {
            makeRoom(flow);
        }
        if (!active[place]) {
            active[place] = true;
            append(place);
        }
    }

    @Override
    public void deactivate(int flow) {
        if (isActive(flow)) {
            active[flow + 1] = false;
            unlink(flow + 1);
        }
    }

    /** Whether a flow has something to send. */
    boolean isActive(int flow) {
        return flow + 1 < active.length && active[flow + 1];
    }

    @Override
    public int nextFlow(long timeNs) {
        return next[ANCHOR] == ANCHOR ? NONE : next[ANCHOR] - 1;
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
        if (isActive(flow) && next[flow + 1] != ANCHOR) {
            unlink(flow + 1);
            append(flow + 1);
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
        return next[ANCHOR] == ANCHOR ? Long.MAX_VALUE : nowNs;
    }

    private void append(int place) {
        int last = previous[ANCHOR];
        next[last] = place;
        previous[place] = last;
        next[place] = ANCHOR;
        previous[ANCHOR] = place;
    }

    private void unlink(int place) {
        next[previous[place]] = next[place];
        previous[next[place]] = previous[place];
    }
}

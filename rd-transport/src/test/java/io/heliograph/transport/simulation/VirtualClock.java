package io.heliograph.transport.simulation;

import io.heliograph.transport.Clock;

/** Time that moves only when told to. */
public final class VirtualClock implements Clock {
    private long nowNs = 1_000_000_000;

    @Override
    public long nowNs() {
        return nowNs;
    }

    /** Moves time forward. */
    public void advance(long byNs) {
        nowNs += byNs;
    }

    /** Moves time to a later moment; an earlier one changes nothing. */
    public void advanceTo(long thenNs) {
        nowNs = Math.max(nowNs, thenNs);
    }
}

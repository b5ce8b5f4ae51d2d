package io.heliograph.transport.simulation;

import io.heliograph.transport.Clock;

/** One node's clock: the time of the simulation, and how far the node's is off by jumps. */
final class NodeClock implements Clock {
    private final Fabric fabric;
    private long offsetNs;

    NodeClock(Fabric fabric) {
        this.fabric = fabric;
    }

    @Override
    public long nowNs() {
        return fabric.nowNs() + offsetNs;
    }

    void jump(long byNs) {
        offsetNs += byNs;
    }

    /** When the simulation's time is what this clock shows then. */
    long globalNs(long thenNs) {
        return thenNs == Long.MAX_VALUE ? Long.MAX_VALUE : thenNs - offsetNs;
    }
}

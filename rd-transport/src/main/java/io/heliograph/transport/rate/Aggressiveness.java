package io.heliograph.transport.rate;

/** Scales how fast a window grows: 1 for every flow alike. Called by the engine's thread; allocates nothing. */
public interface Aggressiveness {
    /** All flows alike: plain Swift. */
    Aggressiveness EVEN = (flow, wireBytes, nowNs) -> 1;

    /** Takes note of acknowledged bytes and gives the factor, above 0, for the growth that they cause. */
    double onAcknowledged(int flow, int wireBytes, long nowNs);
}

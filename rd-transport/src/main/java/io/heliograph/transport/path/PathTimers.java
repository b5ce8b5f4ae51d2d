package io.heliograph.transport.path;

import io.heliograph.transport.Tunables;

/** Every number that path choice rests on, with its origin; sensing has its own in {@link EndToEndSensor}. */
final class PathTimers {
    /** One past the last entropy value (R11.1). */
    static final int ENTROPY_END = 0x1_0000;

    /** Turns that a path is passed over for each notice of congestion; more would outlast what is known. */
    static final int SKIP_TURNS = 1;

    /** Turns that notices add up to at most; a path that is trimmed always keeps one turn in 16. */
    static final int MAX_SKIP_TURNS = 15;

    /**
     * Probes a suspected path may leave unanswered, each given twice the time of the one before: where 1 frame in 100 is lost in each direction,
     * so many get lost for less than one suspicion in 10^5.
     */
    static final int SUSPICION_PROBES = 3;

    /** How long to wait for the first probe's answer before any round trip is measured. */
    static final long INITIAL_PROBE_TIMEOUT_NS = Tunables.INITIAL_RTO_NS;

    /** Ten bursts of the slowest supported port: shorter, a peer that is merely busy looks like a dead path. */
    static final long MIN_PROBE_TIMEOUT_NS = 10 * Tunables.MIN_REORDER_WINDOW_NS;

    /** First interval between probes of a bad path, in probe timeouts; doubled at each that is not answered. */
    static final int FIRST_INTERVAL_TIMEOUTS = 4;

    /** Greatest interval: what a path that came back waits at most, and so a fraction of the peer timeout. */
    static final long MAX_PROBE_INTERVAL_NS = Tunables.PROBE_INTERVAL_NS;

    /**
     * A path that is assumed bad again sooner than this after it returned is flapping: its probe interval goes on from twice where it was (the idea
     * of RFC 2439's route flap damping, without its decaying figure of merit). Sixteen of the greatest intervals.
     */
    static final long FLAP_MEMORY_NS = 16 * MAX_PROBE_INTERVAL_NS;

    private PathTimers() {}
}

package io.heliograph.transport.neighbour;

/** How often to ask and how long to believe. */
final class NeighbourTimers {
    /** First wait for an answer; doubled at each try. RFC 4861 has RETRANS_TIMER 1 s for the Internet; scaled to one data centre. */
    static final long FIRST_WAIT_NS = 100_000_000;

    /** Requests to everybody before giving up: 100 + 200 + 400 + 800 + 1600 ms. RFC 4861 MAX_MULTICAST_SOLICIT is 3. */
    static final int GREATEST_TRIES = 5;

    /** How long an address is believed without asking again: REACHABLE_TIME of RFC 4861 section 10. */
    static final long REACHABLE_NS = 30_000_000_000L;

    /** Requests to the known address before it is forgotten: MAX_UNICAST_SOLICIT of RFC 4861 section 10. */
    static final int GREATEST_PROBES = 3;

    /** How long not to ask again after giving up: of the order of the asking itself. */
    static final long FAILED_NS = 3_000_000_000L;

    private NeighbourTimers() {}
}

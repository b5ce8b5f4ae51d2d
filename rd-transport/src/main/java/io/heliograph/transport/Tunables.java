package io.heliograph.transport;

/** Every number of the protocol core that measurement or taste chose, with its origin; timers are in PROTOCOL.md section 5. */
public final class Tunables {
    /** PSNs and MSNs outstanding per flow and queue, the default of W (R4.3): 1,024 packets of 1,416 bytes cover 100 Gbit/s times 116 us. */
    public static final int WINDOW_PACKETS = 1024;
    /** Least and greatest W: one SACK bitmap, and what its signed 16-bit offset reaches with room to spare. */
    public static final int MIN_WINDOW_PACKETS = 64;

    /** See {@link #MIN_WINDOW_PACKETS}. */
    public static final int MAX_WINDOW_PACKETS = 16_384;

    /** Frames per burst, as DPDK's examples have it. */
    public static final int BURST_FRAMES = 32;
    /** New data packets per duty cycle: two bursts, so that acknowledgements are looked at in between. */
    public static final int SEND_BUDGET_PACKETS = 64;
    /** Posts taken per duty cycle. */
    public static final int POST_BUDGET = 64;

    /** Messages of as many packets and more are striped over all engines: a burst for each of two. */
    public static final int STRIPE_PACKETS = 64;

    /** Before the first round trip is measured; RFC 6298 rule 2.1 scaled to a data centre. */
    public static final long INITIAL_RTO_NS = 20_000_000;
    /** The scheduling quantum of a shared processor: below it a descheduled peer looks like a lost packet. */
    public static final long MIN_RTO_NS = 4_000_000;
    /** The least tail probe timeout: ten bursts of the slowest supported port, as for probes of paths; shorter, a peer that is merely busy looks like one that got nothing. */
    public static final long MIN_TAIL_PROBE_NS = 100_000;
    /** Several tries fit the peer timeout. */
    public static final long MAX_RTO_NS = 200_000_000;
    /** Losses of one packet in a row after which its message fails (R9.6): with half of all packets lost, once in 4 billion. */
    public static final int UNDELIVERABLE_LOSSES = 32;
    /** The least reordering window: one burst of the slowest supported port. */
    public static final long MIN_REORDER_WINDOW_NS = 10_000;
    /** NO_RESOURCE wait when the NACK names none: of the order of one application poll. */
    public static final long NO_RESOURCE_WAIT_NS = 100_000;
    /** Eight probes within the peer timeout. */
    public static final long PROBE_INTERVAL_NS = 250_000_000;
    /** The bound on noticing that a peer died. */
    public static final long PEER_TIMEOUT_NS = 2_000_000_000L;

    /** First UDP source port used as entropy: the dynamic range of RFC 6335, as RoCEv2 NICs do. */
    public static final int ENTROPY_BASE = 0xC000;
    /** Paths that a peer's packets are sprayed over, unless configured. */
    public static final int ENTROPY_VALUES = 64;
    /** Fewest and most entropy values per peer: MRC uses 128 to 256, and fewer than 16 make one bad path a large share. */
    public static final int MIN_PATHS = 16;

    /** See {@link #MIN_PATHS}. */
    public static final int MAX_PATHS = 256;

    /** Traffic class of SACKs, NACKs and probes: class selector 6, as RoCE's congestion notifications have by default. */
    public static final int CONTROL_TRAFFIC_CLASS = 6;

    /** Full bursts in a row that a port gives before its neighbour is paused: an eighth of a DPDK port's ring. */
    public static final int PAUSE_FULL_BURSTS = 8;
    /** How long a pause lasts unless it is renewed: some duty cycles. */
    public static final long PAUSE_NS = 100_000;
    /** How long a class may be paused without a break; as switches have it (100 to 400 ms). */
    public static final long PAUSE_WATCHDOG_NS = 100_000_000;

    /** Work queues of a node: what a receiver keeps state for, of each peer. */
    public static final int MAX_PEER_QUEUES = 256;

    private Tunables() {}
}

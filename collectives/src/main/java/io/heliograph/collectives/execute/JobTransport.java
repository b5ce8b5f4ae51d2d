package io.heliograph.collectives.execute;

import org.jspecify.annotations.Nullable;

/**
 * What is to carry the chunks of a job's ranks, the same at all of them: direct placement in shared memory, packets, or for each two ranks the nearer of the two. Immutable.
 */
public final class JobTransport {
    /** Direct placement, for ranks that are all on one host. */
    public static final JobTransport DIRECT = new JobTransport(Way.DIRECT, null, false);

    /** How ranks reach each other. */
    enum Way {
        DIRECT,
        PACKETS,
        /** Directly within a host, by packets across. */
        NEAREST
    }

    private final Way way;
    private final @Nullable JobPorts ports;
    private final boolean agent;

    private JobTransport(Way way, @Nullable JobPorts ports, boolean agent) {
        this.way = way;
        this.ports = ports;
        this.agent = agent;
    }

    /** Packets, wherever the ranks are. */
    public static JobTransport packets(JobPorts ports) {
        return new JobTransport(Way.PACKETS, ports, false);
    }

    /** Direct placement between ranks of the same host, packets between others; no ports are opened if all ranks are on one host. */
    public static JobTransport nearest(JobPorts ports) {
        return new JobTransport(Way.NEAREST, ports, false);
    }

    /**
     * The same, where packets are moved by threads of their own, one for each engine, and not in the communicator's calls alone: a rank may then compute for longer than the peer timeout while others wait for it. Best
     * with a processor for each such thread.
     */
    public JobTransport withAgent() {
        return new JobTransport(way, ports, true);
    }

    Way way() {
        return way;
    }

    @Nullable
    JobPorts ports() {
        return ports;
    }

    boolean hasAgent() {
        return agent;
    }
}

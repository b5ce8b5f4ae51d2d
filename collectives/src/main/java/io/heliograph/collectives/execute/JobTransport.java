package io.heliograph.collectives.execute;

import org.jspecify.annotations.Nullable;

/**
 * What is to carry the chunks of a job's ranks, the same at all of them: direct placement in shared memory, packets, or for each two ranks the nearer of the two. Immutable.
 */
public final class JobTransport {
    /** Direct placement, for ranks that are all on one host. */
    public static final JobTransport DIRECT = new JobTransport(Kind.DIRECT, null, false);

    /** How ranks reach each other. */
    public enum Kind {
        /** By direct placement in shared memory. */
        DIRECT,
        /** By packets. */
        PACKET,
        /** Directly within a host, by packets across. */
        BOTH
    }

    private final Kind kind;
    private final @Nullable JobPorts ports;
    private final boolean agent;

    private JobTransport(Kind kind, @Nullable JobPorts ports, boolean agent) {
        this.kind = kind;
        this.ports = ports;
        this.agent = agent;
    }

    /** Packets, wherever the ranks are. */
    public static JobTransport packets(JobPorts ports) {
        return new JobTransport(Kind.PACKET, ports, false);
    }

    /** Direct placement between ranks of the same host, packets between others; no ports are opened if all ranks are on one host. */
    public static JobTransport nearest(JobPorts ports) {
        return new JobTransport(Kind.BOTH, ports, false);
    }

    /**
     * The same, where packets are moved by threads of their own, one for each engine, and not in the communicator's calls alone: a rank may then compute for longer than the peer timeout while others wait for it. Best
     * with a processor for each such thread.
     */
    public JobTransport withAgent() {
        return new JobTransport(kind, ports, true);
    }

    Kind kind() {
        return kind;
    }

    @Nullable
    JobPorts ports() {
        return ports;
    }

    boolean hasAgent() {
        return agent;
    }
}

package io.heliograph.collectives.execute;

import io.heliograph.collectives.planning.controller.ControllerAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is to carry the chunks of a job's ranks, the same at all of them: direct placement in shared memory, packets, or for each two ranks the nearer of the two. Immutable.
 */
public final class JobTransport {
    /** Direct placement, for ranks that are all on one host. */
    public static final JobTransport DIRECT = new JobTransport(Kind.DIRECT, null, false, null);

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
    private final @Nullable ControllerAddress controller;

    private JobTransport(Kind kind, @Nullable JobPorts ports, boolean agent, @Nullable ControllerAddress controller) {
        this.kind = kind;
        this.ports = ports;
        this.agent = agent;
        this.controller = controller;
    }

    /** Packets, wherever the ranks are. */
    public static JobTransport packets(JobPorts ports) {
        return new JobTransport(Kind.PACKET, ports, false, null);
    }

    /** Direct placement between ranks of the same host, packets between others; no ports are opened if all ranks are on one host. */
    public static JobTransport nearest(JobPorts ports) {
        return new JobTransport(Kind.BOTH, ports, false, null);
    }

    /**
     * The same, where packets are moved by threads of their own, one for each engine, and not in the communicator's calls alone: a rank may then compute for longer than the peer timeout while others wait for it. Best
     * with a processor for each such thread.
     */
    public JobTransport withAgent() {
        return new JobTransport(kind, ports, true, controller);
    }

    /**
     * The same, where packets wait for slots that a controller grants, see {@code CONTROLLER.md}: rank r is its node r. Ranks ask it for its settings when they open, for as long as a call waits. It must be on the machine of all ranks, whose clock it shares, and within
     * reach of their ports; where these are {@code shm:NAME}, it serves the same name.
     *
     * @throws IllegalArgumentException if there are no packets, or ranks have several engines
     */
    public JobTransport withController(ControllerAddress value) {
        if (ports == null) {
            throw new IllegalArgumentException("controller=" + value + ": slots are for packets; give the job ports");
        }
        if (ports.engines() != 1) {
            throw new IllegalArgumentException("controller=" + value + " engines=" + ports.engines()
                    + ": slots are for one engine; give each rank one");
        }
        return new JobTransport(kind, ports, agent, value);
    }

    @Nullable
    ControllerAddress controller() {
        return controller;
    }

    /** What must be alike at all ranks, for people; empty if there are no packets. */
    String settings() {
        return ports == null
                ? ""
                : ports.settings() + (controller == null ? "" : ", slots of controller " + controller);
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

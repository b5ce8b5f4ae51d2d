package io.heliograph.transport.simulation;

import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.endpoint.PacketEndpoint;

/** One node: an endpoint over ports of the fabric, its memory and clock, an application that polls, and when it must run next. */
final class SimulatedNode {
    /** A duty cycle takes this long. */
    private static final long CYCLE_NS = 1_000;
    /** How much longer the next duty cycle waits, at most, while none has anything to do: 64 us. */
    private static final int MAX_IDLE_SHIFT = 6;

    private static final int FIRST_INCARNATION = 1000;
    private static final int INCARNATIONS_PER_LIFE = 1_000_000;
    private static final int MAX_REGIONS = 8;
    private static final int UDP_PORT = EndpointConfig.ROCE_V2_PORT;
    private static final int IPV4_NET = 0xC612_0000;
    private static final long IPV6_NET = 0xFD00_0000_0000_0000L;

    final int index;
    final NodeMemory memory;
    final NodeClock clock;
    private final Settings settings;
    private final Fabric fabric;
    private final SeededRandom random;
    private final CompletionHandler handler;
    private PacketEndpoint endpoint;
    private MemoryRegion source;
    private MemoryRegion target;
    private int incarnation = FIRST_INCARNATION;

    private int lives;
    private long cycles;
    private boolean engineStalled;
    private boolean pollStalled;
    private long busyUntilNs;
    private long deadlineNs;
    private int idleCycles;

    SimulatedNode(
            int index,
            Settings settings,
            Fabric fabric,
            NodeMemory memory,
            SeededRandom random,
            CompletionHandler handler) {
        this.index = index;
        this.settings = settings;
        this.fabric = fabric;
        this.memory = memory;
        this.random = random;
        this.handler = handler;
        clock = new NodeClock(fabric);
        memory.useFirstSource();
        endpoint = open();
        source = endpoint.register(memory.source(), 0);
        target = endpoint.register(memory.target(), MemoryRegion.REMOTE_WRITE);
    }

    private PacketEndpoint open() {
        EndpointConfig config = new EndpointConfig(
                address(index),
                UDP_PORT,
                incarnation,
                settings.windowPackets(),
                settings.workQueues(),
                settings.submissionEntries(),
                settings.receiveSlots(),
                Simulation.MAX_NODES,
                MAX_REGIONS,
                settings.peerTimeoutNs());
        PacketEndpoint opened =
                PacketEndpoint.open(config, clock, new SeededRandom(random.nextLong()), fabric.ports(index)[0]);
        for (int other = 0; other < settings.nodes(); other++) {
            if (other != index) {
                opened.addPeer(address(other));
            }
        }
        return opened;
    }

    private IpAddress address(int node) {
        return settings.isIpv4() ? IpAddress.ofIpv4(IPV4_NET | node + 1) : new IpAddress(IPV6_NET, node + 1);
    }

    /** What this node's endpoint calls another. */
    int peerNumber(int node) {
        return node < index ? node : node - 1;
    }

    /** The node that its endpoint calls {@code peer}. */
    int nodeOfPeer(int peer) {
        return peer < index ? peer : peer + 1;
    }

    PacketEndpoint endpoint() {
        return endpoint;
    }

    MemoryRegion target() {
        return target;
    }

    MemoryRegion source() {
        return source;
    }

    /** Duty cycles so far. */
    long cycles() {
        return cycles;
    }

    /** How often it restarted. */
    int lives() {
        return lives;
    }

    /** The process ends without a word, and another begins. */
    void restart() {
        endpoint.close();
        // R1.2: after all that its former selves may have used.
        incarnation += INCARNATIONS_PER_LIFE;
        lives++;
        endpoint = open();
        source = endpoint.register(memory.source(), 0);
        target = endpoint.register(memory.target(), MemoryRegion.REMOTE_WRITE);
        touch();
    }

    void rotateKey() {
        endpoint.deregister(target);
        target = endpoint.register(memory.target(), MemoryRegion.REMOTE_WRITE);
    }

    void rotateSource() {
        endpoint.deregister(source);
        memory.swapSources();
        source = endpoint.register(memory.source(), 0);
    }

    void engineStalled(boolean value) {
        engineStalled = value;
        touch();
    }

    void pollStalled(boolean value) {
        pollStalled = value;
        touch();
    }

    boolean isPollStalled() {
        return pollStalled;
    }

    /** The application did something: the engine is to look at it. */
    void touch() {
        deadlineNs = fabric.nowNs();
        idleCycles = 0;
    }

    /** When it must run next, or {@link Long#MAX_VALUE}. */
    long wakeNs() {
        if (engineStalled) {
            return Long.MAX_VALUE;
        }
        long wantedNs = Math.min(deadlineNs, fabric.arrivalNs(index));
        return wantedNs == Long.MAX_VALUE ? wantedNs : Math.max(wantedNs, busyUntilNs);
    }

    /** One duty cycle, and the application looks what came of it. */
    void run() {
        cycles++;
        int work = endpoint.doWork();
        if (!pollStalled) {
            work += endpoint.poll(handler, Integer.MAX_VALUE);
        }
        idleCycles = work > 0 ? 0 : Math.min(idleCycles + 1, MAX_IDLE_SHIFT);
        busyUntilNs = fabric.nowNs() + (CYCLE_NS << idleCycles);
        deadlineNs = clock.globalNs(endpoint.nextDeadlineNs());
    }

    /** Frames that the endpoint took from the ports and did not give back. */
    int heldFrames() {
        int held = 0;
        for (SimulatedPort port : fabric.ports(index)) {
            held += port.held();
        }
        return held;
    }

    void close() {
        endpoint.close();
    }
}

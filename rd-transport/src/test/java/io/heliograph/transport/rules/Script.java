package io.heliograph.transport.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.PathConfig;
import io.heliograph.transport.PathSpray;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.simulation.VirtualClock;
import io.heliograph.transport.wire.PacketSize;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The stage of a rule's test, after packetdrill (Cardwell et al., USENIX ATC 2013): the endpoint under test over one end of a wire, scripted peers on the
 * other, its application, its memory, and time.
 *
 * <p>After every line of a script the endpoint runs until it has nothing to do; {@link #cycle} is for those that look closer.
 */
final class Script implements AutoCloseable {
    static final int UDP_PORT = EndpointConfig.ROCE_V2_PORT;
    /** What the endpoint's relations start with. */
    static final int INCARNATION = 1000;
    /** What peers' relations start with. */
    static final int PEER_INCARNATION = 2000;
    /** The UDP source port of peers' packets. */
    static final int ENTROPY = 0xC0DE;
    /** Where the endpoint's application writes to; there is no memory. */
    static final long REMOTE_ADDRESS = 0x5000_0000_0000L;

    static final int REMOTE_KEY = 0x5EC0_DE00;
    static final int MTU_BYTES = 576;
    /** What every packet but the last of a message holds. */
    static final int PAYLOAD_BYTES = PacketSize.maxPayload(MTU_BYTES, true);

    private static final int NETWORK = 0xC612_0000; // 198.18.0.0, RFC 2544
    private static final IpAddress ADDRESS = IpAddress.ofIpv4(NETWORK + 1);
    private static final long START_NS = 1_000_000_000;
    private static final int MANY_CYCLES = 100_000;

    final VirtualClock clock = new VirtualClock();
    final PacketEndpoint endpoint;
    final Target target;
    final App app;
    /** The peer of scripts that need just one. */
    final RawPeer peer;

    private final Arena arena = Arena.ofConfined();
    private final List<PortPair> ports;
    private final List<Wire> wires = new ArrayList<>();

    Script() {
        this(config -> config);
    }

    Script(UnaryOperator<EndpointConfig> change) {
        this(change, MemoryPort.pair(MTU_BYTES));
    }

    Script(UnaryOperator<EndpointConfig> change, PortPair ports) {
        this(change, ports, START_NS);
    }

    Script(UnaryOperator<EndpointConfig> change, PortPair ports, long startNs) {
        this(change, List.of(ports), startNs);
    }

    /** With an engine over each of several wires; peers are at the first one, unless told otherwise. */
    Script(UnaryOperator<EndpointConfig> change, List<PortPair> ports) {
        this(change, ports, START_NS);
    }

    private Script(UnaryOperator<EndpointConfig> change, List<PortPair> ports, long startNs) {
        this.ports = ports;
        clock.advance(startNs - clock.nowNs());
        EndpointConfig config = EndpointConfig.of(ADDRESS)
                .withIncarnation(INCARNATION)
                .withWindowPackets(64)
                .withSubmissionEntries(256)
                .withReceiveSlots(8)
                .withMaxPeers(4)
                // So that losses cause no probes in scripts that are not about paths.
                .withPaths(PathConfig.of(PathSpray.OBLIVIOUS));
        endpoint = PacketEndpoint.open(change.apply(config), clock, new SeededRandom(1), lefts(ports));
        ports.forEach(pair -> wires.add(new Wire(pair.right(), arena)));
        target = new Target(endpoint, arena, MemoryRegion.REMOTE_WRITE);
        app = new App(this, arena);
        peer = peer(2);
    }

    private static List<Port> lefts(List<PortPair> ports) {
        return ports.stream().map(PortPair::left).toList();
    }

    /** Another node. */
    RawPeer peer(int lastByte) {
        return peer(lastByte, 0);
    }

    /** A node at the wire of one of several engines. */
    RawPeer peer(int lastByte, int engine) {
        IpAddress address = IpAddress.ofIpv4(NETWORK + lastByte);
        return new RawPeer(this, wires.get(engine), address, new Frames(arena, address, ADDRESS));
    }

    /** Another region of the endpoint's. */
    Target anotherTarget(int access) {
        return new Target(endpoint, arena, access);
    }

    static long us(long microseconds) {
        return microseconds * 1000;
    }

    static long ms(long milliseconds) {
        return milliseconds * 1_000_000;
    }

    /** One duty cycle. */
    int cycle() {
        return endpoint.doWork();
    }

    /** Duty cycles until nothing is left to do; returns how many had something to do. */
    int run() {
        for (int cycles = 0; cycles < MANY_CYCLES; cycles++) {
            wires.forEach(Wire::drain);
            if (cycle() == 0) {
                return cycles;
            }
        }
        throw new AssertionError("the endpoint does not come to rest");
    }

    /** Time passes; the endpoint must not have wanted to run later than it found something to do. */
    void advance(long ns) {
        long deadlineNs = endpoint.nextDeadlineNs();
        clock.advance(ns);
        int cycles = run();
        assertTrue(
                cycles == 0 || deadlineNs <= clock.nowNs(),
                () -> "found something to do " + (deadlineNs - clock.nowNs()) + " ns before its deadline");
    }

    /** Time passes up to a nanosecond before; then nothing must have happened. */
    void waits(long ns, RawPeer... quiet) {
        advance(ns - 1);
        for (RawPeer each : quiet) {
            each.expectsNothing();
        }
        advance(1);
    }

    void counts(EndpointCounter counter, long expected) {
        assertEquals(expected, endpoint.counters().get(counter), counter.label());
    }

    @Override
    public void close() {
        endpoint.close();
        ports.forEach(PortPair::close);
        arena.close();
    }
}

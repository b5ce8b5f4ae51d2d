package io.heliograph.transport.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** R10.1 in virtual time: where each engine's port has a fixed packet rate, one striped message goes as many times as fast as there are engines. */
class EngineScalingTest {
    private static final int MTU_BYTES = 1500;
    private static final int MESSAGE_BYTES = 48 << 20;
    private static final long FRAME_NS = 1_000;
    private static final long STEP_NS = 250;
    private static final long LIMIT_NS = 1_000_000_000;
    private static final double TOLERANCE = 0.05;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment from = arena.allocate(MESSAGE_BYTES, 64);
    private final MemorySegment to = arena.allocate(MESSAGE_BYTES, 64);
    private int status = -1;

    @AfterEach
    void release() {
        arena.close();
    }

    @Test
    @Timeout(120)
    void shouldSendOneMessageAsManyTimesAsFastAsThereAreEngines() {
        SeededRandom random = new SeededRandom(1);
        for (long i = 0; i < MESSAGE_BYTES; i += Long.BYTES) {
            from.set(ValueLayout.JAVA_LONG, i, random.nextLong());
        }
        double one = bitsPerSecond(1);
        StringBuilder table = new StringBuilder(line(1, one, one));
        for (int engines = 2; engines <= 16; engines *= 2) {
            double several = bitsPerSecond(engines);
            table.append(line(engines, several, one));
            assertEquals(1, several / one / engines, TOLERANCE, table::toString);
        }
    }

    private static String line(int engines, double several, double one) {
        return String.format(
                Locale.ROOT, "engines=%2d goodput=%7.3f Gbit/s ratio=%6.3f%n", engines, several / 1e9, several / one);
    }

    /** Goodput of one message, from its post to its completion. */
    private double bitsPerSecond(int engines) {
        VirtualClock clock = new VirtualClock();
        List<Port> leftPorts = new ArrayList<>();
        List<Port> rightPorts = new ArrayList<>();
        for (int i = 0; i < engines; i++) {
            PortPair pair = MemoryPort.pair(MTU_BYTES);
            leftPorts.add(new PacedPort(pair.left(), clock, FRAME_NS));
            rightPorts.add(pair.right());
        }
        try (PacketEndpoint left = open(1, clock, leftPorts);
                PacketEndpoint right = open(2, clock, rightPorts)) {
            to.fill((byte) 0);
            MemoryRegion source = left.register(from, 0);
            MemoryRegion target = right.register(to, MemoryRegion.REMOTE_WRITE);
            long startNs = clock.nowNs();
            status = -1;
            assertEquals(
                    Post.OK,
                    left.write(
                            0,
                            left.addPeer(right.address()),
                            source,
                            0,
                            MESSAGE_BYTES,
                            target.address(),
                            target.key(),
                            7));
            while (status < 0) {
                left.doWork();
                right.doWork();
                left.poll(this::completed, 1);
                clock.advance(STEP_NS);
                assertTrue(clock.nowNs() - startNs < LIMIT_NS, "nothing completes");
            }
            assertEquals(CompletionStatus.SUCCESS, status);
            assertEquals(-1, from.mismatch(to), "bytes differ");
            assertEquals(0, left.counters().get(EndpointCounter.RETRANSMITTED), "this network loses nothing");
            return MESSAGE_BYTES * 8e9 / (clock.nowNs() - startNs);
        } finally {
            leftPorts.forEach(Port::close);
            rightPorts.forEach(Port::close);
        }
    }

    private void completed(Completion completion) {
        status = completion.status();
    }

    private static PacketEndpoint open(int number, VirtualClock clock, List<Port> ports) {
        EndpointConfig config = EndpointConfig.of(IpAddress.ofIpv4(0xC6120000 | number));
        return PacketEndpoint.open(config, clock, new SeededRandom(number), ports);
    }
}

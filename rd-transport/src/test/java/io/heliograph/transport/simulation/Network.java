package io.heliograph.transport.simulation;

import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.FaultConfig;
import io.heliograph.transport.port.FaultInjectorPort;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Two nodes in virtual time over a link that does to frames what its fault configurations say; one seed replays everything.
 *
 * <p>When neither node has anything to do, time jumps to the next deadline of a node or of a frame under way.
 */
public final class Network implements AutoCloseable {
    /** A duty cycle takes this long at least. */
    private static final long STEP_NS = 1_000;

    /** How long applications wait when nothing happens. */
    private static final long REST_NS = 100_000;

    private static final int FRAMES = 512;
    private static final int RING_ENTRIES = 256;

    public final VirtualClock clock = new VirtualClock();
    public final Node left;
    public final Node right;

    private final List<FaultInjectorPort> leftPorts = new ArrayList<>();
    private final List<FaultInjectorPort> rightPorts = new ArrayList<>();

    public Network(long seed, int mtuBytes, FaultConfig faults, EndpointConfig leftConfig, EndpointConfig rightConfig) {
        this(seed, mtuBytes, faults, 1, false, leftConfig, rightConfig);
    }

    /**
     * Two nodes of several engines each.
     *
     * @param astray whether each engine's frames come to another engine than theirs
     */
    public Network(
            long seed,
            int mtuBytes,
            FaultConfig faults,
            int engines,
            boolean astray,
            EndpointConfig leftConfig,
            EndpointConfig rightConfig) {
        RandomSource random = new SeededRandom(seed);
        for (int i = 0; i < engines; i++) {
            PortPair pair = MemoryPort.pair(mtuBytes, FRAMES, RING_ENTRIES);
            leftPorts.add(new FaultInjectorPort(pair.left(), faults.withSeed(random.nextLong()), clock));
            rightPorts.add(new FaultInjectorPort(pair.right(), faults.withSeed(random.nextLong()), clock));
        }
        if (astray) {
            Collections.rotate(rightPorts, 1);
        }
        left = new Node(leftConfig, clock, random.nextLong(), leftPorts);
        right = new Node(rightConfig, clock, random.nextLong(), rightPorts);
        left.know(right);
        right.know(left);
    }

    /** A configuration with a small window, so that windows slide and close often, and stripes of short messages. */
    public static EndpointConfig config(int lastByte) {
        return EndpointConfig.of(IpAddress.ofIpv4(0xC6120000 | lastByte))
                .withIncarnation(1000)
                .withWindowPackets(64)
                .withSubmissionEntries(64)
                .withReceiveSlots(16)
                .withMaxPeers(8)
                .withStripePackets(2);
    }

    /** One duty cycle of each node, and a jump in time if neither had work; returns false if nothing will ever happen again. */
    public boolean step() {
        int work = left.endpoint().doWork() + right.endpoint().doWork();
        if (work > 0) {
            clock.advance(STEP_NS);
            return true;
        }
        long nextNs = Math.min(
                Math.min(left.endpoint().nextDeadlineNs(), right.endpoint().nextDeadlineNs()),
                Math.min(deadlineNs(leftPorts), deadlineNs(rightPorts)));
        if (nextNs == Long.MAX_VALUE) {
            return false;
        }
        clock.advance(STEP_NS);
        clock.advanceTo(nextNs);
        return true;
    }

    /** Steps until {@code done}, and says whether that came before {@code withinNs} of virtual time were over. */
    public boolean runUntil(BooleanSupplier done, long withinNs) {
        long endNs = clock.nowNs() + withinNs;
        while (!done.getAsBoolean()) {
            if (!step()) {
                clock.advance(REST_NS);
            }
            if (clock.nowNs() > endNs) {
                return done.getAsBoolean();
            }
        }
        return true;
    }

    /** Steps until nothing will happen any more; returns whether that came before {@code withinNs} of virtual time were over. */
    public boolean settle(long withinNs) {
        long endNs = clock.nowNs() + withinNs;
        while (step()) {
            if (clock.nowNs() > endNs) {
                return false;
            }
        }
        return true;
    }

    private static long deadlineNs(List<FaultInjectorPort> ports) {
        return ports.stream().mapToLong(FaultInjectorPort::nextDeadlineNs).min().orElseThrow();
    }

    @Override
    public void close() {
        left.close();
        right.close();
        leftPorts.forEach(FaultInjectorPort::close);
        rightPorts.forEach(FaultInjectorPort::close);
    }

    /** Opens an endpoint over ports; here so that tests name the class once. */
    static PacketEndpoint open(EndpointConfig config, VirtualClock clock, long seed, List<FaultInjectorPort> ports) {
        return PacketEndpoint.open(config, clock, new SeededRandom(seed), ports);
    }
}

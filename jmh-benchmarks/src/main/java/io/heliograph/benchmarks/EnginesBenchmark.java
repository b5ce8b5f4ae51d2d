package io.heliograph.benchmarks;

import com.sun.management.ThreadMXBean;
import io.heliograph.benchmarks.session.EngineDrive;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Striped WRITEs of 1 MiB between two endpoints of several engines, each engine on a thread of its own, with only memory between them:
 * WRITEs a second.
 *
 * <p>Both ends' engines and the application want processors: goodput grows with the engines as long as there are two idle processors for
 * each, and beyond that shows what sharing costs. {@link Cost} tells the processor time of the sender's engines, idle turns included,
 * and the packets they sent. {@code EngineScalingTest} shows up to 16 engines in virtual time.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EnginesBenchmark implements CompletionHandler {

    private static final int MTU_BYTES = 1500;
    private static final int MESSAGE_BYTES = 1 << 20;
    private static final int BATCH = 8;
    private static final long POLL_PAUSE_NS = 10_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Engines of each end. */
    @Param({"1", "2", "3"})
    public int engines;

    private final Arena arena = Arena.ofShared();
    private final List<Port> ports = new ArrayList<>();
    private @Nullable EngineDrive left;
    private @Nullable EngineDrive right;
    private MemoryRegion source = new MemoryRegion(0, 1, 0, 0);
    private MemoryRegion target = source;
    private int peer;
    private int succeeded;

    /** What the WRITEs of an iteration took. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Cost {
        /** Processor time of the sender's engines. */
        public long senderCpuNs;

        /** Packets sent, retransmissions included. */
        public long packets;
    }

    /** Opens both and makes them known to each other. */
    @Setup
    public void meet() {
        List<Port> leftPorts = new ArrayList<>();
        List<Port> rightPorts = new ArrayList<>();
        for (int engine = 0; engine < engines; engine++) {
            PortPair pair = MemoryPort.pair(MTU_BYTES);
            leftPorts.add(pair.left());
            rightPorts.add(pair.right());
        }
        ports.addAll(leftPorts);
        ports.addAll(rightPorts);
        PacketEndpoint sender = open("198.18.0.1", leftPorts, 1);
        PacketEndpoint receiver = open("198.18.0.2", rightPorts, 2);
        source = sender.register(arena.allocate(MESSAGE_BYTES, 64), 0);
        target = receiver.register(arena.allocate(BATCH * (long) MESSAGE_BYTES, 64), MemoryRegion.REMOTE_WRITE);
        peer = sender.addPeer(receiver.address());
        left = EngineDrive.spinningApart(sender);
        right = EngineDrive.spinningApart(receiver);
    }

    private static PacketEndpoint open(String address, List<Port> ports, long seed) {
        EndpointConfig config = EndpointConfig.of(IpAddress.parse(address));
        return PacketEndpoint.open(config, SystemClock.INSTANCE, new SeededRandom(seed), ports);
    }

    /** Releases everything. */
    @TearDown
    public void close() {
        for (EngineDrive drive : new @Nullable EngineDrive[] {left, right}) {
            if (drive != null) {
                drive.close();
                drive.endpoint().close();
            }
        }
        ports.forEach(Port::close);
        arena.close();
    }

    private long senderCpuNs() {
        return LongStream.of(sender().threadIds())
                .map(THREADS::getThreadCpuTime)
                .sum();
    }

    private long packetsSent() {
        return sender().endpoint().counters().get(EndpointCounter.DATA_SENT);
    }

    private EngineDrive sender() {
        if (left == null) {
            throw new IllegalStateException("not set up");
        }
        return left;
    }

    @Override
    public void onCompletion(Completion completion) {
        succeeded += completion.status() == CompletionStatus.SUCCESS ? 1 : 0;
    }

    /**
     * A WRITE to each of eight places.
     *
     * @return 8
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int write(Cost cost) {
        Endpoint endpoint = sender().endpoint();
        long startCpuNs = senderCpuNs();
        long startPackets = packetsSent();
        succeeded = 0;
        for (int i = 0; i < BATCH; i++) {
            int code = endpoint.write(
                    0, peer, source, 0, MESSAGE_BYTES, target.address() + i * (long) MESSAGE_BYTES, target.key(), i);
            if (code != Post.OK) {
                throw new IllegalStateException("not posted: " + Post.describe(code));
            }
        }
        int polled = 0;
        while (polled < BATCH) {
            sender().turn(); // throws what an engine threw
            int now = endpoint.poll(this, BATCH);
            polled += now;
            if (now == 0) {
                LockSupport.parkNanos(POLL_PAUSE_NS);
            }
        }
        if (succeeded != BATCH) {
            throw new IllegalStateException("not all WRITEs succeeded: succeeded=" + succeeded + " of=" + BATCH);
        }
        cost.senderCpuNs += senderCpuNs() - startCpuNs;
        cost.packets += packetsSent() - startPackets;
        return polled;
    }
}

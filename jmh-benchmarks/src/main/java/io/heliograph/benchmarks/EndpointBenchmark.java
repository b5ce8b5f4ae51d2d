package io.heliograph.benchmarks;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointConfig;
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
import java.util.concurrent.TimeUnit;
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
 * What a packet costs from post to completion, both ends on one thread and nothing but memory between them: nanoseconds a packet, the
 * sender's and the receiver's work together. {@link PacketBenchmark} has the stages that can be had alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EndpointBenchmark implements CompletionHandler {

    private static final int BATCH = 64;
    private static final int MTU_BYTES = 1500;
    private static final int REGION_BYTES = 1 << 20;

    /** Bytes of a message, which is one packet. */
    @Param({"64", "1416"})
    public int bytes;

    private final Arena arena = Arena.ofShared();
    private final PortPair wire;
    private final Endpoint left;
    private final Endpoint right;
    private final MemoryRegion source;
    private final MemoryRegion target;
    private int peer;
    private long offset;
    private int succeeded;

    /** For JMH. */
    public EndpointBenchmark() {
        this(MTU_BYTES);
    }

    /** Over ports with another MTU. */
    EndpointBenchmark(int mtuBytes) {
        wire = MemoryPort.pair(mtuBytes);
        left = open("198.18.0.1", wire.left(), 1);
        right = open("198.18.0.2", wire.right(), 2);
        source = left.register(arena.allocate(REGION_BYTES, 64), 0);
        target = right.register(arena.allocate(REGION_BYTES, 64), MemoryRegion.REMOTE_WRITE);
    }

    private static Endpoint open(String address, Port port, long seed) {
        EndpointConfig config = EndpointConfig.of(IpAddress.parse(address));
        return PacketEndpoint.open(config, SystemClock.INSTANCE, new SeededRandom(seed), port);
    }

    /** Makes the two known to each other. */
    @Setup
    public void meet() {
        peer = left.addPeer(right.address());
    }

    /** Releases everything. */
    @TearDown
    public void close() {
        left.close();
        right.close();
        wire.close();
        arena.close();
    }

    @Override
    public void onCompletion(Completion completion) {
        succeeded += completion.status() == CompletionStatus.SUCCESS ? 1 : 0;
    }

    /**
     * 64 WRITEs posted at once, sent, placed, acknowledged and completed.
     *
     * @return 64
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int write() {
        succeeded = 0;
        for (int i = 0; i < BATCH; i++) {
            offset = offset + 2L * bytes <= REGION_BYTES ? offset + bytes : 0;
            int code = left.write(0, peer, source, offset, bytes, target.address() + offset, target.key(), i);
            if (code != Post.OK) {
                throw new IllegalStateException("not posted: " + Post.describe(code));
            }
        }
        int polled = 0;
        while (polled < BATCH) {
            left.doWork();
            right.doWork();
            polled += left.poll(this, BATCH);
        }
        if (succeeded != BATCH) {
            throw new IllegalStateException("not all WRITEs succeeded: succeeded=" + succeeded + " of=" + BATCH);
        }
        return polled;
    }
}

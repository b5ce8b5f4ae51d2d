package io.heliograph.benchmarks;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.memory.RegionTable;
import io.heliograph.transport.memory.Regions;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.wire.FrameCheck;
import io.heliograph.transport.wire.FrameWriter;
import io.heliograph.transport.wire.PacketFields;
import io.heliograph.transport.wire.PeerHeader;
import io.heliograph.transport.wire.UdpLayout;
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

/** The stages of {@link EndpointBenchmark} that can be had alone, over 64 frames that lie apart as in a port: nanoseconds a packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PacketBenchmark {

    private static final int FRAMES = 64;
    private static final int FRAME_BYTES = 2048;
    private static final int ENTROPY = 0xC001;
    private static final int MTU_BYTES = 1_500;
    private static final int BURST = 32;
    private static final int REGIONS = 64;

    /** Bytes of payload. */
    @Param({"64", "1416"})
    public int bytes;

    private final Arena arena = Arena.ofConfined();
    private final PeerHeader peer =
            new PeerHeader(arena, IpAddress.parse("198.18.0.1"), IpAddress.parse("198.18.0.2"), UdpLayout.ROCE_V2_PORT);
    private final FrameWriter writer = new FrameWriter(arena);
    private final FrameCheck check = new FrameCheck(arena, IpAddress.parse("198.18.0.2"), UdpLayout.ROCE_V2_PORT);
    private final PacketFields fields = new PacketFields();
    private final long received =
            arena.allocate((long) FRAMES * FRAME_BYTES, 64).address();
    private final long sent = arena.allocate((long) FRAMES * FRAME_BYTES, 64).address();
    private final long memory = arena.allocate((long) FRAMES * FRAME_BYTES, 64).address();
    private final PortPair wire = MemoryPort.pair(MTU_BYTES);
    private final Burst burst = new Burst(arena, BURST);
    private final Regions regions = new Regions(REGIONS, new SeededRandom(1));
    private final MemoryRegion region = regions.register(arena.allocate(FRAME_BYTES, 64), MemoryRegion.REMOTE_WRITE);
    private int lengthBytes;
    private int next;

    /** Writes the frames that are received. */
    @Setup
    public void fill() {
        peer.ethernet(1, 2);
        fields.messagePackets = 1;
        fields.key = region.key();
        fields.virtualAddress = region.address();
        for (int i = 0; i < FRAMES; i++) {
            lengthBytes = writer.writeData(
                    received + (long) i * FRAME_BYTES, peer, ENTROPY, fields, memory + (long) i * FRAME_BYTES, bytes);
        }
    }

    /** Releases the frames. */
    @TearDown
    public void close() {
        wire.close();
        arena.close();
    }

    private long nextOffset() {
        next = (next + 1) % FRAMES;
        return (long) next * FRAME_BYTES;
    }

    /**
     * Headers, payload and ICRC of a data packet, written.
     *
     * @return bytes of the frame
     */
    @Benchmark
    public int emitData() {
        long offset = nextOffset();
        return writer.writeData(sent + offset, peer, ENTROPY, fields, memory + offset, bytes);
    }

    /**
     * A data packet parsed and its ICRC verified.
     *
     * @return its kind
     */
    @Benchmark
    public int parseData() {
        return check.check(received + nextOffset(), lengthBytes);
    }

    /**
     * Key, permission and bounds of a WRITE.
     *
     * @return whether it may be placed
     */
    @Benchmark
    public boolean checkKey() {
        RegionTable table = regions.table();
        int slot = table.find(fields.key);
        return slot != RegionTable.NONE
                && (table.access(slot) & MemoryRegion.REMOTE_WRITE) != 0
                && table.contains(slot, fields.virtualAddress, 1);
    }

    /**
     * 32 frames allocated, sent, received and released over a memory port: nanoseconds a frame, both ends.
     *
     * @return frames received
     */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public int portBurst() {
        wire.left().allocate(burst, BURST);
        wire.left().send(burst);
        int count = wire.right().receive(burst);
        wire.right().release(burst);
        return count;
    }

    /** A payload copied to where it belongs. */
    @Benchmark
    public void place() {
        long offset = nextOffset();
        NativeMemory.copy(received + offset, memory + offset, bytes);
    }

    /**
     * An acknowledgement, written.
     *
     * @return bytes of the frame
     */
    @Benchmark
    public int emitSack() {
        return writer.writeSack(sent + nextOffset(), peer, ENTROPY, fields, 1, 0, ENTROPY, -1L);
    }
}

package io.heliograph.benchmarks;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.wire.Crc32Provider;
import io.heliograph.transport.wire.Icrc;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the ICRC of a packet costs: as the transport computes it, by {@code java.util.zip.CRC32} on direct memory, and by
 * the tables it was chosen over, 8 and 16 bytes a step. Frames lie apart as they do in a port, so that the next one is
 * not in the first-level cache.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class IcrcBenchmark {

    private static final int FRAMES = 64;
    private static final int FRAME_BYTES = 16_384;
    private static final int BEFORE_IP_BYTES = 14;
    private static final int HEADER_BYTES = 40;
    private static final int TABLE_ENTRIES = 256;

    /** Bytes from the IP header to before the ICRC. */
    @Param({"64", "256", "1416", "4096", "9000"})
    public int bytes;

    private final int[] tables = tables();
    private final Arena arena = Arena.ofConfined();
    private final Icrc jdk = new Icrc(arena, Crc32Provider.JDK);
    private final Icrc best = new Icrc(arena, Crc32Provider.best());
    private long memory;
    private int next;

    /** Fills the frames. */
    @Setup
    public void fill() {
        memory = arena.allocate((long) FRAMES * FRAME_BYTES, 64).address();
        for (long offset = 0; offset < (long) FRAMES * FRAME_BYTES; offset += 8) {
            NativeMemory.putLong(memory + offset, offset * 0x9E37_79B9_7F4A_7C15L);
        }
        // Headers of one peer: nothing differs but identification, source port and PSN.
        long first = memory + BEFORE_IP_BYTES;
        for (int i = 1; i < FRAMES; i++) {
            long ip = first + (long) i * FRAME_BYTES;
            NativeMemory.copy(first, ip, HEADER_BYTES);
            NativeMemory.putShort(ip + 4, (short) i);
            NativeMemory.putShort(ip + 20, (short) (i * 77));
            NativeMemory.putInt(ip + 36, i << 16);
        }
    }

    /** Releases the frames. */
    @TearDown
    public void close() {
        arena.close();
    }

    private long frame() {
        next = (next + 1) % FRAMES;
        return memory + (long) next * FRAME_BYTES + BEFORE_IP_BYTES;
    }

    /**
     * Over IPv4, by the JDK, headers masked in a scratch.
     *
     * @return the ICRC
     */
    @Benchmark
    public int jdk() {
        return jdk.compute(frame(), true, bytes);
    }

    /**
     * Over IPv4, by the best provider there is: as in the transport.
     *
     * @return the ICRC
     */
    @Benchmark
    public int best() {
        return best.compute(frame(), true, bytes);
    }

    /**
     * The CRC alone, eight bytes a step.
     *
     * @return the CRC
     */
    @Benchmark
    public int slicingBy8() {
        long at = frame();
        long end = at + bytes;
        int crc = -1;
        for (; end - at >= 8; at += 8) {
            crc = fold(NativeMemory.getLong(at) ^ (crc & 0xFFFF_FFFFL), 0);
        }
        return tail(crc, at, end);
    }

    /**
     * The CRC alone, sixteen bytes a step.
     *
     * @return the CRC
     */
    @Benchmark
    public int slicingBy16() {
        long at = frame();
        long end = at + bytes;
        int crc = -1;
        for (; end - at >= 16; at += 16) {
            crc = fold(NativeMemory.getLong(at) ^ (crc & 0xFFFF_FFFFL), 8) ^ fold(NativeMemory.getLong(at + 8), 0);
        }
        return tail(crc, at, end);
    }

    /** The share of eight bytes that lie {@code behind} bytes before the end of the step. */
    private int fold(long word, int behind) {
        int crc = 0;
        for (int i = 0; i < 8; i++) {
            crc ^= tables[(behind + 7 - i) * TABLE_ENTRIES + (int) (word >>> (8 * i) & 0xFF)];
        }
        return crc;
    }

    private int tail(int start, long from, long end) {
        int crc = start;
        for (long at = from; at < end; at++) {
            crc = crc >>> 8 ^ tables[(crc ^ NativeMemory.getByte(at)) & 0xFF];
        }
        return ~crc;
    }

    private static int[] tables() {
        int[] tables = new int[16 * TABLE_ENTRIES];
        for (int i = 0; i < TABLE_ENTRIES; i++) {
            int crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? crc >>> 1 ^ 0xEDB8_8320 : crc >>> 1;
            }
            tables[i] = crc;
        }
        for (int i = TABLE_ENTRIES; i < tables.length; i++) {
            int previous = tables[i - TABLE_ENTRIES];
            tables[i] = previous >>> 8 ^ tables[previous & 0xFF];
        }
        return tables;
    }
}

package io.heliograph.collectives;

import io.heliograph.collectives.algorithm.MscclProgram;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a communicator is opened with; the same at all ranks.
 *
 * @param timeoutNs how long a call waits for another rank before it asks that one whom it waits for, and so on along that chain; at least 10 ms. Who does not answer within a quarter of it is given up, so that a call ends with an error after 1.25 times this
 *     (a quarter more for each rank of a chain that took as long to answer); after 4 times this, and what four answers take, where a rank answers but waits for nobody: it may be in the middle of this very collective, and gets the time three times more
 * @param slotBytes bytes that travel and are reduced at a time, a multiple of 64: what pipelining cuts buffers into
 * @param slots such pieces under way from one rank to another, 2 to 64, a power of two
 * @param eagerBytes pieces up to this length travel with their header in one WRITE, copied once more for that; less than {@code slotBytes}
 * @param directBytes without {@link Tuning#costs}: up to this length of a whole buffer, reductions for all are done by {@link Algorithm#DIRECT}
 * @param algorithm carries out every collective that it can; null to choose by size; {@link Algorithm#MSCCL} with a {@link Tuning#program}, and only with one
 * @param tuning what is chosen by
 */
public record CommunicatorConfig(
        long timeoutNs,
        int slotBytes,
        int slots,
        int eagerBytes,
        long directBytes,
        @Nullable Algorithm algorithm,
        Tuning tuning) {
    /** 30 s, 8 pieces of 64 KiB, eager to 4 KiB, direct to 16 KiB, algorithm by size. */
    public static final CommunicatorConfig DEFAULT =
            new CommunicatorConfig(TimeUnit.SECONDS.toNanos(30), 64 << 10, 8, 4 << 10, 16 << 10, null, Tuning.DEFAULT);

    private static final long LEAST_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int LINE_BYTES = 64;
    private static final int MOST_SLOT_BYTES = 16 << 20;

    /** Checks ranges. */
    public CommunicatorConfig {
        require(timeoutNs >= LEAST_TIMEOUT_NS, "timeoutNs", timeoutNs, "at least 10 ms");
        require(
                slotBytes >= LINE_BYTES && slotBytes <= MOST_SLOT_BYTES && slotBytes % LINE_BYTES == 0,
                "slotBytes",
                slotBytes,
                "a multiple of 64 up to 16 MiB");
        require(
                slots >= 2 && slots <= 64 && Integer.bitCount(slots) == 1,
                "slots",
                slots,
                "a power of two from 2 to 64");
        require(eagerBytes >= 0 && eagerBytes < slotBytes, "eagerBytes", eagerBytes, "from 0 to less than slotBytes");
        require(directBytes >= 0, "directBytes", directBytes, "0 or more");
        if ((algorithm == Algorithm.MSCCL) != (tuning.program() != null)) {
            throw new IllegalArgumentException("communicator: algorithm=" + algorithm + " program=" + tuning.program()
                    + "; MSCCL is given with a program, by withProgram");
        }
    }

    private static void require(boolean fits, String name, long value, String range) {
        if (!fits) {
            throw new IllegalArgumentException("communicator: " + name + "=" + value + "; give " + range);
        }
    }

    /** The same with another {@link #timeoutNs}. */
    public CommunicatorConfig withTimeoutNs(long value) {
        return new CommunicatorConfig(value, slotBytes, slots, eagerBytes, directBytes, algorithm, tuning);
    }

    /** The same with other {@link #slotBytes}, {@link #slots} and {@link #eagerBytes}. */
    public CommunicatorConfig withSlots(int bytes, int count, int eager) {
        return new CommunicatorConfig(timeoutNs, bytes, count, eager, directBytes, algorithm, tuning);
    }

    /** The same with another {@link #directBytes}. */
    public CommunicatorConfig withDirectBytes(long value) {
        return new CommunicatorConfig(timeoutNs, slotBytes, slots, eagerBytes, value, algorithm, tuning);
    }

    /** The same with another {@link #algorithm}, and without a program. */
    public CommunicatorConfig withAlgorithm(@Nullable Algorithm value) {
        return new CommunicatorConfig(
                timeoutNs, slotBytes, slots, eagerBytes, directBytes, value, tuning.withProgram(null));
    }

    /** The same with another {@link #tuning}. */
    public CommunicatorConfig withTuning(Tuning value) {
        return new CommunicatorConfig(timeoutNs, slotBytes, slots, eagerBytes, directBytes, algorithm, value);
    }

    /** The same with {@link Algorithm#MSCCL} and this program. */
    public CommunicatorConfig withProgram(MscclProgram program) {
        return new CommunicatorConfig(
                timeoutNs, slotBytes, slots, eagerBytes, directBytes, Algorithm.MSCCL, tuning.withProgram(program));
    }
}

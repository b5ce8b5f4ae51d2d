package io.heliograph.benchmarks.collective;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.reduce.Reducer;
import io.heliograph.collectives.reduce.Reducers;
import java.lang.foreign.MemorySegment;

/**
 * How fast all ranks at once go through their own memory, in the same run and over the same buffers as a collective: what bounds every collective whose ranks share a memory. The fastest round counts, for a limit is no average.
 *
 * @param copyNsPerByte of a copy from one buffer to another, for each byte copied
 * @param addNsPerByte of {@code d += s} over float32, for each byte of {@code d}
 */
record MemoryRates(double copyNsPerByte, double addNsPerByte) {
    static final int LEAST_BYTES = 64;
    /** What is timed at once, for clocks are slower than short copies. */
    private static final long BATCH_BYTES = 1 << 18;

    private static final int SHARE_OF_DURATION = 8;
    private static final int SHARE_OF_WARMUP = 4;
    /** So many tries in a row that are hardly faster say that the compiler has done its work. */
    private static final int SETTLED_TRIES = 4;

    private static final int MOST_TRIES = 40;
    private static final double HARDLY_FASTER = 0.95;

    /**
     * Measures at all ranks, which call it together. Writes zeros into both buffers: sums of them stay numbers that processors add at full speed.
     *
     * @param from of at least {@value #LEAST_BYTES} bytes
     * @param to as long
     * @param sizeBytes of a row; rounded to lines
     */
    static MemoryRates measure(Rounds rounds, Plan plan, MemorySegment from, MemorySegment to, long sizeBytes) {
        long bytes = Math.max(LEAST_BYTES, sizeBytes / LEAST_BYTES * LEAST_BYTES);
        from.asSlice(0, bytes).fill((byte) 0);
        to.asSlice(0, bytes).fill((byte) 0);
        long source = from.address();
        long target = to.address();
        int times = (int) Math.max(1, BATCH_BYTES / bytes);
        Reducer floats = Reducers.of(DataType.F32);
        double copyNs = fastestNs(rounds, plan, sizeBytes, () -> {
            for (int i = 0; i < times; i++) {
                NativeMemory.copy(source, target, bytes);
            }
        });
        double addNs = fastestNs(rounds, plan, sizeBytes, () -> {
            for (int i = 0; i < times; i++) {
                floats.reduce(ReduceOperation.SUM, target, source, target, bytes / Float.BYTES);
            }
        });
        return new MemoryRates(copyNs / times / bytes, addNs / times / bytes);
    }

    /** All ranks see the same times, so all try as often. */
    private static double fastestNs(Rounds rounds, Plan plan, long sizeBytes, Runnable what) {
        rounds.run(
                (sizeBytes == plan.sizesBytes().getFirst() ? plan.warmupNs() : plan.laterWarmupNs()) / SHARE_OF_WARMUP,
                what);
        double fastestNs = Double.POSITIVE_INFINITY;
        int settled = 0;
        for (int i = 0; i < MOST_TRIES && settled < SETTLED_TRIES; i++) {
            rounds.run(plan.durationNs() / SHARE_OF_DURATION / SETTLED_TRIES, what);
            double triedNs = rounds.timing(Plan.NOT_CHECKED, 0).bestNs();
            settled = triedNs < HARDLY_FASTER * fastestNs ? 0 : settled + 1;
            fastestNs = Math.min(fastestNs, triedNs);
        }
        return fastestNs;
    }

    /** How long a rank takes that copies and adds no more than it must for a collective of this size, at these rates; 0 if nothing must be moved. */
    double leastNs(Kind kind, long sizeBytes, int ranks, boolean inPlace) {
        return kind.leastCopied(ranks, inPlace) * sizeBytes * copyNsPerByte
                + kind.leastReduced(ranks) * sizeBytes * addNsPerByte;
    }
}

package io.heliograph.benchmarks.collective;

import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import java.util.List;

/**
 * What to measure; the same at all ranks.
 *
 * @param kind which collective
 * @param sizesBytes a row each
 * @param type of elements
 * @param operation what reduces; {@link ReduceOperation#SUM} where nothing does
 * @param root where there is one
 * @param durationNs for each size, out of place and in place each
 * @param warmupNs of all sizes in turns before the first; a tenth of it before each, out of place and in place
 * @param check whether results are compared with what they must be
 */
record Plan(
        Kind kind,
        List<Long> sizesBytes,
        DataType type,
        ReduceOperation operation,
        int root,
        long durationNs,
        long warmupNs,
        boolean check) {
    static final int NOT_CHECKED = -1;
    private static final int LATER_WARMUP = 10;

    /** Elements in a part, or in all if the collective has no parts: what fits into the size. */
    long count(long sizeBytes, int ranks) {
        return sizeBytes / type.sizeBytes() / (kind.hasParts() ? ranks : 1);
    }

    long laterWarmupNs() {
        return warmupNs / LATER_WARMUP;
    }
}

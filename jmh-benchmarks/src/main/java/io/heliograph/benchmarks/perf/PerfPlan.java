package io.heliograph.benchmarks.perf;

import java.util.List;
import java.util.stream.LongStream;

/**
 * What to measure.
 *
 * @param sizesBytes message sizes, one row of the table each
 * @param iterations messages for each size, if {@code durationNs} is 0
 * @param durationNs how long to measure each size, or 0
 * @param warmupNs unmeasured traffic before the first size; later sizes get a tenth
 * @param depth the most messages outstanding (bandwidth only)
 */
public record PerfPlan(List<Long> sizesBytes, long iterations, long durationNs, long warmupNs, int depth) {

    /** What all outstanding messages of one size may hold together, unless it is one message. */
    private static final long MOST_OUTSTANDING_BYTES = 64L << 20;

    private static final int LARGEST_EXPONENT = 23;
    private static final int LATER_WARMUP_SHARE = 10;

    /** The sizes of perftest's {@code -a}: the powers of two from 2 to 8 Mi. */
    public static List<Long> allSizes() {
        return LongStream.rangeClosed(1, LARGEST_EXPONENT)
                .mapToObj(i -> 1L << i)
                .toList();
    }

    /** How many messages of a size are outstanding at most. */
    int depth(long sizeBytes) {
        return (int) Math.max(1, Math.min(depth, MOST_OUTSTANDING_BYTES / Math.max(1, sizeBytes)));
    }

    /** The largest size. */
    long largestBytes() {
        return sizesBytes.stream().mapToLong(size -> size).max().orElse(1);
    }

    /** The room that every size fits, each of its outstanding messages in a slot of its own. */
    long slotBytes() {
        return sizesBytes.stream().mapToLong(size -> size * depth(size)).max().orElse(1);
    }

    /** Unmeasured traffic before a size. */
    long warmupNs(int row) {
        return row == 0 ? warmupNs : warmupNs / LATER_WARMUP_SHARE;
    }
}

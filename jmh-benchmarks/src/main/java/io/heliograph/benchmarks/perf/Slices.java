package io.heliograph.benchmarks.perf;

/**
 * Cuts a measurement into slices of 10 ms to find the best one, which is what {@code BW peak} means here; one that is
 * shorter than a slice has its average for peak. Allocates nothing.
 */
final class Slices {

    private static final long SLICE_NS = 10_000_000;

    private long startNs;
    private long endNs;
    private long sliceStartNs;
    private long sliceStartCount;
    private double bestPerNs;
    private long total;

    void start(long nowNs) {
        startNs = nowNs;
        endNs = nowNs;
        sliceStartNs = nowNs;
        sliceStartCount = 0;
        bestPerNs = 0;
        total = 0;
    }

    /** So many messages are complete by now. */
    void at(long nowNs, long count) {
        if (count != total) {
            total = count;
            endNs = nowNs;
        }
        if (nowNs - sliceStartNs >= SLICE_NS) {
            bestPerNs = Math.max(bestPerNs, (double) (count - sliceStartCount) / (nowNs - sliceStartNs));
            sliceStartNs = nowNs;
            sliceStartCount = count;
        }
    }

    /** From the start to the last completion; at least 1. */
    long elapsedNs() {
        return Math.max(1, endNs - startNs);
    }

    /** Messages in a nanosecond in the best slice, never below the average. */
    double peakPerNs() {
        return Math.max(bestPerNs, (double) total / elapsedNs());
    }
}

package io.heliograph.benchmarks.collective;

/**
 * How long one size took: of each call, the slowest rank's time counts.
 *
 * @param calls how many
 * @param meanNs of them
 * @param bestNs the fastest
 * @param medianNs the middle one
 * @param wrong elements of all ranks that are not what they must be; {@link Plan#NOT_CHECKED} if nobody looked
 * @param allocatedBytes on the heap, by this rank's thread, for each call
 */
record Timing(int calls, double meanNs, double bestNs, double medianNs, long wrong, double allocatedBytes) {
    /** 10^9 bytes a second at the median. */
    double algorithmBandwidth(long bytes) {
        return bytes / medianNs;
    }
}

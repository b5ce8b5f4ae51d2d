package io.heliograph.benchmarks.soak;

/**
 * What both ends of a soak do.
 *
 * @param seed what the messages follow from
 * @param queues work queues that carry messages
 * @param largestBytes longest message; lengths are log-uniform from 0 on
 * @param durationNs how long messages are posted
 * @param intervalNs between two samples
 * @param reregisterNs between two times that an end takes one of its regions back and registers it anew; 0 for never
 * @param restartNs between two times that one of the two endpoints, in turns, is closed and opened anew; 0 for never
 * @param loadPercent of one processor that the process of an end may use; no messages are posted beyond
 * @param messagesPerSecond that an end may post; 0 for as many as it can
 */
public record SoakPlan(
        long seed,
        int queues,
        int largestBytes,
        long durationNs,
        long intervalNs,
        long reregisterNs,
        long restartNs,
        double loadPercent,
        double messagesPerSecond) {

    private static final int AREA_OF_LONGEST = 4;

    /** Room of a queue in the memory of the other end: see {@link MessageStream}. */
    long areaBytes() {
        return AREA_OF_LONGEST * ((largestBytes + 2 * MessageStream.ALIGNMENT_BYTES) & -MessageStream.ALIGNMENT_BYTES);
    }
}

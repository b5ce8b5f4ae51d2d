package io.heliograph.emulator.experiment;

import org.jspecify.annotations.Nullable;

/**
 * What came of one run.
 *
 * @param mode its name
 * @param seed of the run
 * @param messages that the workload has
 * @param failed messages that ended with an error
 * @param times of those that completed
 * @param endPs when the last of them, or of the computations, was over: the time of the whole job; or the limit if one was not
 * @param payloadBytes of those that completed
 * @param congestion what the network did
 * @param packets what the endpoints did
 * @param slots what the controller did, if the mode has one
 * @param series over time, of a run that was sampled
 */
public record RunResult(
        String mode,
        long seed,
        int messages,
        int failed,
        FlowTimes times,
        long endPs,
        long payloadBytes,
        Congestion congestion,
        Packets packets,
        @Nullable SlotFigures slots,
        @Nullable LinkSeries series) {

    /** Messages that were not over at the limit, those that waited for failed ones among them. */
    public int unfinished() {
        return messages - failed - times.count();
    }

    /** Payload bits per second of all hosts together. */
    public double goodputBitsPerSecond() {
        return endPs == 0 ? 0 : payloadBytes * 8e12 / endPs;
    }
}

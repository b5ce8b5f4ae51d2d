package io.heliograph.benchmarks.offload;

import org.HdrHistogram.Histogram;

/**
 * What a client found.
 *
 * @param queries sent
 * @param results answered with a class
 * @param busy answered that the queue is full
 * @param errors answered otherwise
 * @param lost not answered in time
 * @param right results whose class is the label
 * @param wrong results whose class or sums are not those of the integer semantics, or that answer what was not asked
 * @param elapsedNs from the first due time to the last answer
 * @param sendingNs from the first due time to the last sending
 * @param latencyNs of results, from the due time
 * @param heapBytesPerQuery of the asking thread
 * @param overallCycles emulated time of a query
 * @param computeCycles of them, those in which a stage computed
 * @param clockHz what they are of
 * @param energyPicojoules of a query, as the server states it; 0 if it does not
 */
public record QueryResult(
        long queries,
        long results,
        long busy,
        long errors,
        long lost,
        long right,
        long wrong,
        long elapsedNs,
        long sendingNs,
        Histogram latencyNs,
        double heapBytesPerQuery,
        long overallCycles,
        long computeCycles,
        long clockHz,
        long energyPicojoules) {

    private static final double NS_PER_US = 1e3;
    private static final double NS_PER_SECOND = 1e9;
    private static final double PICO_PER_MICRO = 1e6;

    /** Results in a second of wall time. */
    public double resultsPerSecond() {
        return elapsedNs == 0 ? 0 : results * NS_PER_SECOND / elapsedNs;
    }

    /** Queries sent in a second of wall time, while sending. */
    public double sentPerSecond() {
        return sendingNs == 0 ? 0 : queries * NS_PER_SECOND / sendingNs;
    }

    /** The latency that {@code percent} of all results do not exceed, in microseconds. */
    public double percentileUs(double percent) {
        return latencyNs.getValueAtPercentile(percent) / NS_PER_US;
    }

    /** The longest latency, in microseconds. */
    public double mostUs() {
        return latencyNs.getMaxValue() / NS_PER_US;
    }

    /** Energy of a query, in microjoules; 0 if the server does not state it. */
    public double energyMicrojoules() {
        return energyPicojoules / PICO_PER_MICRO;
    }

    /** Emulated time of a query, in microseconds. */
    public double emulatedUs() {
        return clockHz == 0 ? 0 : overallCycles * NS_PER_SECOND / clockHz / NS_PER_US;
    }
}

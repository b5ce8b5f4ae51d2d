package io.heliograph.benchmarks.tour;

import io.heliograph.benchmarks.tour.LegResult.Outcome;

/**
 * How queries as packets went over a port.
 *
 * @param leg which port
 * @param outcome {@link Outcome}
 * @param why in words, if it did not pass
 * @param figures of a leg that was measured, else all 0
 */
public record QueryLegResult(Leg leg, Outcome outcome, String why, Figures figures) {

    /**
     * What the table shows.
     *
     * @param queries sent
     * @param results answered with a class
     * @param wrong of them, those that are not what the integer semantics give
     * @param resultsPerSecond of wall time
     * @param t50Us median from sending to answer, wall time
     * @param t99Us the 99th percentile
     * @param emulatedUs emulated time of a query
     * @param heapBytesPerQuery of the asking thread
     */
    public record Figures(
            long queries,
            long results,
            long wrong,
            double resultsPerSecond,
            double t50Us,
            double t99Us,
            double emulatedUs,
            double heapBytesPerQuery) {
        static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0, 0, 0);
    }

    static QueryLegResult of(LegResult result) {
        return new QueryLegResult(result.leg(), result.outcome(), result.why(), Figures.NONE);
    }

    /** One that was not taken. */
    public static QueryLegResult skipped(Leg leg, String why) {
        return new QueryLegResult(leg, Outcome.SKIPPED, why, Figures.NONE);
    }
}

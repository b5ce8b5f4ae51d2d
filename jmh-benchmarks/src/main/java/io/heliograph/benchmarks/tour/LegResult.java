package io.heliograph.benchmarks.tour;

/**
 * How a leg went.
 *
 * @param leg which
 * @param outcome {@link Outcome}
 * @param why in words, if it did not pass
 * @param figures of a leg that was measured, else all 0
 */
public record LegResult(Leg leg, Outcome outcome, String why, Figures figures) {

    /** Whether it counts. */
    public enum Outcome {
        /** Measured, and what arrived is what was sent. */
        PASSED,
        /** Something went wrong, or other bytes arrived. */
        FAILED,
        /** This machine does not offer the port. */
        SKIPPED
    }

    /**
     * What the table shows.
     *
     * @param bytes of the file
     * @param gbitPerSecond payload
     * @param packetsMpps data packets, 10^6 a second
     * @param t50Us median of half a ping-pong of small WRITEs
     * @param t99Us the 99th percentile
     * @param t999Us the 99.9th percentile
     * @param retransmitted data packets sent again, file and ping-pong together
     * @param heapBytesPerPacket of the polling thread that allocates most
     */
    public record Figures(
            long bytes,
            double gbitPerSecond,
            double packetsMpps,
            double t50Us,
            double t99Us,
            double t999Us,
            long retransmitted,
            double heapBytesPerPacket) {
        static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0, 0, 0);
    }

    static LegResult skipped(Leg leg, String why) {
        return new LegResult(leg, Outcome.SKIPPED, why, Figures.NONE);
    }

    static LegResult failed(Leg leg, String why) {
        return new LegResult(leg, Outcome.FAILED, why, Figures.NONE);
    }
}

package io.heliograph.emulator.fabric;

/** When a switch sets congestion experienced in frames whose transport understands it (RFC 3168). */
public sealed interface EcnMarking {
    /** Never. */
    EcnMarking OFF = new Off();

    /** Never. */
    record Off() implements EcnMarking {}

    /**
     * Whenever the frame, as it comes, makes its queue longer than a threshold (DCTCP, SIGCOMM 2010, section 3.1).
     *
     * @param queueBytes the threshold; the frame itself counts, the one on the line does not
     */
    record Threshold(long queueBytes) implements EcnMarking {}

    /**
     * With a probability that grows from 0 at a lower threshold to a greatest one at an upper, and always above that: RED (Floyd and Jacobson, ToN 1993) on the instantaneous queue, as
     * DCQCN (SIGCOMM 2015, section 3.1, figure 5) has it.
     *
     * @param minBytes lower threshold
     * @param maxBytes upper threshold
     * @param maxProbability just below the upper threshold
     */
    record Red(long minBytes, long maxBytes, double maxProbability) implements EcnMarking {
        /** Checks the order. */
        public Red {
            if (minBytes < 0 || maxBytes < minBytes || !(maxProbability >= 0 && maxProbability <= 1)) {
                throw new IllegalArgumentException("ECN: minBytes=" + minBytes + " maxBytes=" + maxBytes
                        + " maxProbability=" + maxProbability
                        + "; the thresholds must be in order and the probability from 0 to 1");
            }
        }
    }

    /**
     * ECN# (Zhang, Bai, Chen: "Enabling ECN for datacenter networks with RTT variations", CoNEXT 2019, section 3): a frame that waited longer than a high target is marked at once, as with a
     * threshold; and while frames have waited longer than a low target for a whole interval, one is marked, then another after the interval, and then more and more often, by the
     * interval over the square root of their number, until one waits less. Decided as a frame leaves its queue.
     *
     * @param instantPs the high target: the queueing delay that a great round trip needs
     * @param persistentTargetPs the low target
     * @param persistentIntervalPs how long the low target may be missed: of the order of the greatest round trip
     */
    record Sharp(long instantPs, long persistentTargetPs, long persistentIntervalPs) implements EcnMarking {
        /** Checks the ranges. */
        public Sharp {
            if (instantPs < 0 || persistentTargetPs < 0 || persistentIntervalPs <= 0) {
                throw new IllegalArgumentException("ECN#: instantPs=" + instantPs + " persistentTargetPs="
                        + persistentTargetPs + " persistentIntervalPs=" + persistentIntervalPs
                        + "; targets must not be negative, the interval must be above 0");
            }
        }
    }
}

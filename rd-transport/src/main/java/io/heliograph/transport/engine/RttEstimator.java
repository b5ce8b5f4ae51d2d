package io.heliograph.transport.engine;

import io.heliograph.transport.Tunables;

/** The retransmission timeout of RFC 6298 and the smallest round trip seen, from samples of packets that were sent once (Karn). */
final class RttEstimator {
    private long smoothedNs;
    private long variationNs;
    private long timeoutNs = Tunables.INITIAL_RTO_NS;
    private long minNs = Long.MAX_VALUE;

    void onSample(long rttNs) {
        minNs = Math.min(minNs, rttNs);
        if (smoothedNs == 0) {
            // RFC 6298 rule 2.2.
            smoothedNs = Math.max(1, rttNs);
            variationNs = rttNs / 2;
        } else {
            // Rule 2.3 with alpha 1/8 and beta 1/4.
            variationNs += (Math.abs(smoothedNs - rttNs) - variationNs) / 4;
            smoothedNs += (rttNs - smoothedNs) / 8;
        }
        computeTimeout();
    }

    /** Rule 5.5: doubled at each expiry. */
    void backOff() {
        timeoutNs = Math.min(timeoutNs * 2, Tunables.MAX_RTO_NS);
    }

    /** What was backed off counts no more once something new is acknowledged. */
    void onProgress() {
        if (smoothedNs != 0) {
            computeTimeout();
        }
    }

    long timeoutNs() {
        return timeoutNs;
    }

    boolean hasSample() {
        return minNs != Long.MAX_VALUE;
    }

    long minNs() {
        return minNs;
    }

    /** The smoothed round trip and four times its variation: what the timeout would be without bounds; 0 before there is a sample. */
    long unboundedTimeoutNs() {
        return smoothedNs + 4 * variationNs;
    }

    private void computeTimeout() {
        timeoutNs = Math.clamp(unboundedTimeoutNs(), Tunables.MIN_RTO_NS, Tunables.MAX_RTO_NS);
    }
}

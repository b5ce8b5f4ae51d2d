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

    /** A quarter of the smallest round trip (RFC 8985 section 6.2 step 4), within bounds. */
    long reorderWindowNs() {
        return hasSample() ? Math.max(minNs / 4, Tunables.MIN_REORDER_WINDOW_NS) : Tunables.MIN_RTO_NS;
    }

    boolean hasSample() {
        return minNs != Long.MAX_VALUE;
    }

    long minNs() {
        return minNs;
    }

    private void computeTimeout() {
        timeoutNs = Math.clamp(smoothedNs + 4 * variationNs, Tunables.MIN_RTO_NS, Tunables.MAX_RTO_NS);
    }
}

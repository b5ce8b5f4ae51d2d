package io.heliograph.transport.engine;

import io.heliograph.transport.Tunables;

/**
 * The retransmission timeout of RFC 6298, the tail probe timeout and the smallest round trip seen, from samples of packets of which it is known which transmission was acknowledged (Karn).
 *
 * <p>The tail probe timeout is RFC 8985's of section 7.2 with RFC 9002's allowance for variation (section 6.2.1), and doubled by each probe as there. It is {@link #NEVER} before the first sample, where it
 * is no shorter than the retransmission timeout, and from an expiry of that one on until something new is acknowledged.
 */
final class RttEstimator {
    /** No tail is probed. */
    static final long NEVER = Long.MAX_VALUE;

    private long smoothedNs;
    private long variationNs;
    private long timeoutNs = Tunables.INITIAL_RTO_NS;
    /** Less than any retransmission timeout; 0 for {@link #NEVER}. */
    private int probeTimeoutNs;

    private long minNs = Long.MAX_VALUE;

    /** A round trip was measured; {@link #onProgress} follows. */
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
    }

    /** Rule 5.5: doubled at each expiry. */
    void backOff() {
        timeoutNs = Math.min(timeoutNs * 2, Tunables.MAX_RTO_NS);
        probeTimeoutNs = 0;
    }

    /** The tail was probed: the next probe, if any, waits twice as long. */
    void onProbe() {
        probeAfter(2L * probeTimeoutNs);
    }

    /** What was backed off counts no more once something new is acknowledged. */
    void onProgress() {
        if (smoothedNs != 0) {
            timeoutNs = Math.clamp(unboundedTimeoutNs(), Tunables.MIN_RTO_NS, Tunables.MAX_RTO_NS);
            probeAfter(Math.max(Tunables.MIN_TAIL_PROBE_NS, Math.max(2 * smoothedNs, unboundedTimeoutNs())));
        }
    }

    private void probeAfter(long afterNs) {
        probeTimeoutNs = afterNs < timeoutNs ? (int) afterNs : 0;
    }

    long timeoutNs() {
        return timeoutNs;
    }

    /** How long after the last transmission, and the last acknowledgement of something new, the tail is probed (R9.7), or {@link #NEVER}. */
    long probeTimeoutNs() {
        return probeTimeoutNs == 0 ? NEVER : probeTimeoutNs;
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
}

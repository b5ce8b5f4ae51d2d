package io.heliograph.transport.engine;

import io.heliograph.transport.Tunables;

/**
 * How late a packet may be that others overtook before it is taken for lost: the reordering window of RACK (RFC 8985 section 6.2 step 4).
 *
 * <p>It is a quarter of the smallest round trip. When a packet was found lost that had not, it becomes wider than this packet was late, but never wider than the retransmission timeout before bounds; each
 * recovery in which there was no such packet halves it. RFC 8985 learns of such packets from duplicate SACKs, and goes a step in each round trip: with packets sprayed over paths, most flows are over by then.
 */
final class ReorderWindow {
    private final RttEstimator rtt;
    private long widenedNs;
    /** What was sent before this PSN was under way when the first loss was found. */
    private int recoveryEndPsn;

    private boolean recovering;
    /** Whether this recovery is, at least in part, one of a packet that was not lost. */
    private boolean inVain;

    ReorderWindow(RttEstimator rtt) {
        this.rtt = rtt;
    }

    /** How wide it is. */
    long windowNs() {
        return rtt.hasSample()
                ? Math.max(leastNs(), Math.min(widenedNs, rtt.unboundedTimeoutNs()))
                : Tunables.MIN_RTO_NS;
    }

    private long leastNs() {
        return Math.max(rtt.minNs() / 4, Tunables.MIN_REORDER_WINDOW_NS);
    }

    /** A packet was found lost that had not, but came so much later than a round trip after it was sent. */
    void onFoundInVain(long lateNs) {
        inVain = true;
        widenedNs = Math.max(widenedNs, lateNs + leastNs());
    }

    /** A packet was found lost; {@code nextPsn} is the first that was not sent yet. */
    void onLost(int nextPsn) {
        if (!recovering) {
            recovering = true;
            inVain = false;
            recoveryEndPsn = nextPsn;
        }
    }

    /** All before {@code basePsn} is acknowledged. */
    void onProgress(int basePsn) {
        if (recovering && Psn.distance(basePsn, recoveryEndPsn) >= 0) {
            recovering = false;
            widenedNs = inVain ? widenedNs : widenedNs / 2;
        }
    }
}

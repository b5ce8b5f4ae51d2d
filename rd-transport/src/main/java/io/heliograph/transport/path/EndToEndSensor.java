package io.heliograph.transport.path;

/**
 * Senses paths by the round-trip times and losses of a node's own packets, as Hermes does where switches give no hint (SIGCOMM 2017).
 *
 * <p>Hermes compares with fixed round-trip times of its network; this one compares with the average over all paths of the peer, so that it needs no
 * knowledge of the network and does not turn against paths that are all equally slow or lossy.
 */
final class EndToEndSensor implements PathSensor {
    /** A path is slow if its round trip takes so many times the average. */
    private static final int SLOW_FACTOR = 2;
    /** Samples of all paths that weigh as much as one in RFC 6298 rule 2.3, so that no path is compared with itself; the idea is that of RFC 7323 appendix G. */
    private static final int SAMPLES = 4;
    /** Weight of one packet in the share of losses: 2^-6, so that a few losses in a row do not yet look like a habit. */
    private static final int LOSS_SHIFT = 6;
    /** The average moves slower, for every path feeds it. */
    private static final int AVERAGE_LOSS_SHIFT = 10;
    /** Shares are in units of 2^-20. */
    private static final int ONE = 1 << 20;
    /** A path is lossy from this share on: 9 losses at once after none, which 1 in 100 at random does not reach in 10^7 packets. */
    private static final int LOSSY_SHARE = ONE / 8;
    /** And from so many times the average share on. */
    private static final int LOSSY_FACTOR = 4;

    /** A round trip that takes longer counts as this. */
    private static final long GREATEST_RTT_NS = Integer.MAX_VALUE;

    private final int[] smoothedNs;
    /** Made for the first loss. */
    private int[] lossShares = {};
    /** Of all paths together. */
    private long averageNs;

    private long variationNs;
    private int averageLossShare;

    EndToEndSensor(int paths) {
        smoothedNs = new int[paths];
    }

    @Override
    public void acknowledged(int path, long rttNs) {
        long sampleNs = Math.clamp(rttNs, 1, GREATEST_RTT_NS);
        if (averageNs == 0) {
            averageNs = sampleNs;
            variationNs = sampleNs / 2;
        } else {
            variationNs += (Math.abs(averageNs - sampleNs) - variationNs) / (4 * SAMPLES);
            averageNs += (sampleNs - averageNs) / (8 * SAMPLES);
        }
        long before = smoothedNs[path];
        smoothedNs[path] = (int) (before == 0 ? sampleNs : before + (sampleNs - before) / 8);
        if (lossShares.length > 0) {
            lossShares[path] -= lossShares[path] >> LOSS_SHIFT;
        }
        averageLossShare -= averageLossShare >> AVERAGE_LOSS_SHIFT;
    }

    @Override
    public void lost(int path, long waitedNs) {
        if (smoothedNs[path] == 0 || waitedNs < smoothedNs[path]) {
            // It may be merely late: nothing ever came back by this path so soon.
            return;
        }
        if (lossShares.length == 0) {
            lossShares = new int[smoothedNs.length];
        }
        lossShares[path] += ONE - lossShares[path] >> LOSS_SHIFT;
        averageLossShare += ONE - averageLossShare >> AVERAGE_LOSS_SHIFT;
    }

    @Override
    public void forgiveLosses(int path) {
        if (lossShares.length > 0) {
            lossShares[path] = 0;
        }
    }

    @Override
    public boolean isSlow(int path) {
        return smoothedNs[path] > SLOW_FACTOR * averageNs;
    }

    @Override
    public boolean isLossy(int path) {
        return lossShares.length > 0
                && lossShares[path] >= LOSSY_SHARE
                && lossShares[path] / LOSSY_FACTOR >= averageLossShare;
    }

    @Override
    public long smoothedRttNs(int path) {
        return smoothedNs[path];
    }

    /** Twice the round trip by this path, or what RFC 9002 section 6.2.1 has for all of them, within bounds. */
    @Override
    public long probeTimeoutNs(int path) {
        if (averageNs == 0) {
            return PathTimers.INITIAL_PROBE_TIMEOUT_NS;
        }
        long timeoutNs = Math.max(2L * Math.max(smoothedNs[path], averageNs), averageNs + 4 * variationNs);
        return Math.clamp(timeoutNs, PathTimers.MIN_PROBE_TIMEOUT_NS, PathTimers.MAX_PROBE_INTERVAL_NS);
    }
}

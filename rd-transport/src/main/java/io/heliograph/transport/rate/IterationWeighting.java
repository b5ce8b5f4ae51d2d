package io.heliograph.transport.rate;

import java.util.Arrays;

/**
 * Growth by how much of its iteration a flow has sent: jobs that are ahead get further ahead, until the iterations of jobs that share a link lie side by side instead of on top of each other.
 *
 * <p>MLTCP (Rajasekaran et al., HotNets 2024; algorithm 1 and equation 2 of arXiv 2402.09589): the factor is slope * bytes_ratio + intercept, bytes_ratio being the part
 * of the iteration's bytes that is acknowledged, at most 1. A new iteration begins when nothing was acknowledged for a time, as a job computes between its iterations.
 */
public final class IterationWeighting implements Aggressiveness {
    /** Slope and intercept that the paper uses. */
    public static final double SLOPE = 1.75;

    /** See {@link #SLOPE}. */
    public static final double INTERCEPT = 0.25;

    private final double slope;
    private final double intercept;
    private final long gapNs;
    private final long[] totalBytes;
    private final long[] sentBytes;
    private final long[] lastNs;

    /**
     * A weighting of flows 0 to {@code flows} - 1, of no iterations yet.
     *
     * @param gapNs silence that separates iterations: shorter than the computation, longer than any wait within an iteration
     */
    public IterationWeighting(int flows, double slope, double intercept, long gapNs) {
        if (!(slope >= 0 && intercept > 0) || gapNs < 1) {
            throw new IllegalArgumentException("iteration weighting: slope=" + slope + " intercept=" + intercept
                    + " gapNs=" + gapNs + "; slope must not be negative, the others above 0");
        }
        this.slope = slope;
        this.intercept = intercept;
        this.gapNs = gapNs;
        totalBytes = new long[flows];
        sentBytes = new long[flows];
        lastNs = new long[flows];
        Arrays.fill(lastNs, Long.MIN_VALUE);
    }

    /** Says how much a flow sends in an iteration, wire bytes; 0 if it has none, so that its factor is 1. */
    public void iteration(int flow, long wireBytes) {
        totalBytes[flow] = wireBytes;
        sentBytes[flow] = 0;
    }

    @Override
    public double onAcknowledged(int flow, int wireBytes, long nowNs) {
        long total = totalBytes[flow];
        if (total <= 0) {
            return 1;
        }
        if (lastNs[flow] != Long.MIN_VALUE && nowNs - lastNs[flow] > gapNs) {
            sentBytes[flow] = 0;
        }
        lastNs[flow] = Math.max(lastNs[flow], nowNs);
        sentBytes[flow] += wireBytes;
        return slope * Math.min(1, (double) sentBytes[flow] / total) + intercept;
    }
}

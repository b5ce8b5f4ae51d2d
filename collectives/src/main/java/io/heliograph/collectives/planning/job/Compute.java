package io.heliograph.collectives.planning.job;

/**
 * How long a rank computes, without anything that it waits for; zeros leave the network as the only thing that takes time.
 *
 * @param forwardNs a micro-batch's forward pass through the layers of a stage
 * @param backwardNs the same of the backward pass
 * @param stepNs the optimiser's step
 */
public record Compute(long forwardNs, long backwardNs, long stepNs) {
    /** Nothing takes time but the network. */
    public static final Compute NONE = new Compute(0, 0, 0);

    private static final long MOST_NS = 3_600_000_000_000L;

    /** Checks its arguments. */
    public Compute {
        for (long each : new long[] {forwardNs, backwardNs, stepNs}) {
            if (each < 0 || each > MOST_NS) {
                throw new IllegalArgumentException(
                        "computation of " + each + " ns; from 0 to " + MOST_NS + " is possible");
            }
        }
    }
}

package io.heliograph.transport;

/**
 * The numbers that a relation begins with: 0 by R1.2. Simulations choose others, the same at all nodes, so that they see the numbers wrap.
 *
 * @param psn of the first packet of every flow, 0 to 2^24 - 1
 * @param msn of the first message of every queue
 */
public record SequenceOrigin(int psn, int msn) {
    /** What R1.2 says. */
    public static final SequenceOrigin ZERO = new SequenceOrigin(0, 0);

    private static final int MAX_PSN = (1 << 24) - 1;

    /** Checks the PSN. */
    public SequenceOrigin {
        if (psn < 0 || psn > MAX_PSN) {
            throw new IllegalArgumentException(
                    "sequence origin: psn=" + psn + "; from 0 to " + MAX_PSN + " is possible");
        }
    }
}

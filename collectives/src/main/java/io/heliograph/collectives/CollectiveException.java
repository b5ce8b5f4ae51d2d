package io.heliograph.collectives;

/** A communicator failed, at all ranks: one of them is gone, hangs, or called something else. The message names it, its rank is {@link #rank}. */
public final class CollectiveException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whose doing it was, if that is known. */
    public static final int UNKNOWN_RANK = -1;

    private final int rank;

    /** A failure that is laid at a rank's door. */
    public CollectiveException(int rank, String message) {
        super(message);
        this.rank = rank;
    }

    /** The rank that is to blame, or {@link #UNKNOWN_RANK}. */
    public int rank() {
        return rank;
    }
}

package io.heliograph.collectives.planning.phases;

/**
 * A phase in which each rank sends to at most one other and receives from at most one other.
 *
 * @param lengthBytes how long it lasts, in bytes at the ranks' rate
 * @param to by sender whom it sends to; {@link #NOBODY} if it is idle
 * @param bytes by sender how much, above 0 and at most the length; 0 if it is idle
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MatchingPhase(long lengthBytes, int[] to, long[] bytes) {
    /** In place of a receiver. */
    public static final int NOBODY = -1;
}

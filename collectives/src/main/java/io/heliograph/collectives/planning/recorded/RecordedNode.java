package io.heliograph.collectives.planning.recorded;

import io.heliograph.collectives.planning.traffic.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Something that a rank does.
 *
 * @param operation what it takes part in; null if it computes
 * @param group what the ranks that take part are called; empty if it computes
 * @param members the ranks of the group in their order, all of them; none if it computes, sends or receives
 * @param peer whom it sends to or receives from; 0 otherwise
 * @param bytes as {@link Operation} says; 0 if it computes
 * @param computeNs how long it computes; 0 if it does not, or if nobody knows
 * @param after places of the rank's own nodes that are over before
 * @param where it was read, as errors name it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RecordedNode(
        @Nullable Operation operation,
        String group,
        int[] members,
        int peer,
        long bytes,
        long computeNs,
        int[] after,
        String where) {
    private static final int[] NOBODY = {};
    /** What a barrier sends around: one element, as torch.distributed has NCCL do it. */
    private static final long BARRIER_BYTES = 4;

    /** Computation. */
    public static RecordedNode computation(long ns, int[] after, String where) {
        return new RecordedNode(null, "", NOBODY, 0, 0, ns, after, where);
    }

    /** An operation of a group; a barrier is an all-reduce of 4 bytes. */
    public static RecordedNode together(
            Operation operation, String group, int[] members, long bytes, int[] after, String where) {
        return operation == Operation.BARRIER
                ? new RecordedNode(Operation.ALL_REDUCE, group, members, 0, BARRIER_BYTES, 0, after, where)
                : new RecordedNode(operation, group, members, 0, bytes, 0, after, where);
    }

    /** One side of a message between two ranks; {@code group} tells apart those that must not be taken for each other. */
    public static RecordedNode message(
            Operation operation, String group, int peer, long bytes, int[] after, String where) {
        return new RecordedNode(operation, group, NOBODY, peer, bytes, 0, after, where);
    }

    /** Whether all of a group take part in it. */
    public boolean isOfAGroup() {
        return operation != null && operation != Operation.SEND && operation != Operation.RECEIVE;
    }
}

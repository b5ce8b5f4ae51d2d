package io.heliograph.emulator.experiment;

import java.util.Arrays;

/**
 * One step of a workload: a message from one host to another or, from a host to itself, computation. It begins when all steps that it comes after have ended at its host, and its delay is over then. Immutable, if nobody changes the
 * array.
 */
final class Step {
    /** The group of steps that nobody named one for. */
    static final String NO_GROUP = "";

    /** The group of messages that begin relations. */
    static final String WARM_UP = "warm-up";

    private final int from;
    private final int to;
    private final long bytes;
    private final int phase;
    private final long delayPs;
    private final int[] after;
    private final String group;

    /**
     * A step.
     *
     * @param from host at which it begins
     * @param to host at which it ends: a message when it has arrived there whole, computation when its delay is over
     * @param bytes of payload; 0 for computation
     * @param phase messages that an offline plan takes to be under way at the same time share a phase
     * @param delayPs after the last of the steps before, or after the beginning if there is none
     * @param after numbers of steps that end at {@code from}, all earlier in the list
     */
    Step(int from, int to, long bytes, int phase, long delayPs, int... after) {
        this(from, to, bytes, phase, delayPs, NO_GROUP, after);
    }

    /** A step of a group of ranks, as a plan calls it. */
    Step(int from, int to, long bytes, int phase, long delayPs, String group, int... after) {
        this.from = from;
        this.to = to;
        this.bytes = bytes;
        this.phase = phase;
        this.delayPs = delayPs;
        this.after = after;
        this.group = group;
    }

    /** A message that waits for nothing. */
    static Step message(int from, int to, long bytes) {
        return new Step(from, to, bytes, 0, 0);
    }

    /** The same step as a plan sees it. */
    Step planned(long plannedBytes, int plannedPhase) {
        return new Step(from, to, plannedBytes, plannedPhase, delayPs, group, after);
    }

    /** The same step with another size or delay. */
    Step with(long otherBytes, long otherDelayPs) {
        return new Step(from, to, otherBytes, phase, otherDelayPs, group, after);
    }

    /** The same step after others. */
    Step after(int... others) {
        return new Step(from, to, bytes, phase, delayPs, group, others);
    }

    /** The group of ranks that it is of, or {@link #NO_GROUP}. */
    String group() {
        return group;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    long bytes() {
        return bytes;
    }

    int phase() {
        return phase;
    }

    long delayPs() {
        return delayPs;
    }

    /** How many steps it comes after. */
    int afterCount() {
        return after.length;
    }

    /** One of them. */
    int after(int index) {
        return after[index];
    }

    /** Whether it is computation. */
    boolean isComputation() {
        return from == to;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Step each
                && from == each.from
                && to == each.to
                && bytes == each.bytes
                && phase == each.phase
                && delayPs == each.delayPs
                && group.equals(each.group)
                && Arrays.equals(after, each.after);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * from + to) + Long.hashCode(bytes);
    }

    @Override
    public String toString() {
        return from + ">" + to + " bytes=" + bytes + " phase=" + phase + " delayPs=" + delayPs + " after="
                + Arrays.toString(after);
    }
}

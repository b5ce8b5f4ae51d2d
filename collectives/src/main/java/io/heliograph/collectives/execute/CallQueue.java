package io.heliograph.collectives.execute;

import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.algorithm.Step;
import org.jspecify.annotations.Nullable;

/**
 * Calls in their order, carried out one after the other; those of a group together: first its sends and receives, all at once but in their order between two ranks, then its collectives.
 *
 * <p>In a group no rank waits for one that waits for it. The sends from one rank to another match the receives there in their order, and those at the head of that order go on whatever else the two
 * ranks called before them; collectives begin when nothing else of the group is left.
 */
final class CallQueue {
    /** Calls under way at once, to begin with; one more waits for the oldest, or gets a place of its own if it is of a group. */
    private static final int DEPTH = 64;

    private final Runner runner;
    private final Failures failures;
    private final Operation.Owner owner;
    private final Program nothing;
    private final int ranks;
    /** By number of the call, modulo their length, a power of two. */
    private Operation[] operations = {};
    /** By number of the group, modulo their length, which is the same. */
    private GroupHandle[] handles = {};

    private long ended;
    private long begun;
    private long queued;
    private long groups;
    private int nesting;
    // By rank: the round in which an earlier call of the group has still to send to it, or to receive from it.
    private final long[] sending;
    private final long[] receiving;
    private long round;
    private boolean isUnanswered;

    CallQueue(Runner runner, Failures failures, Operation.Owner owner, Program nothing, int ranks) {
        this.runner = runner;
        this.failures = failures;
        this.owner = owner;
        this.nothing = nothing;
        this.ranks = ranks;
        sending = new long[ranks];
        receiving = new long[ranks];
        grow(DEPTH);
    }

    private void grow(int length) {
        Operation[] more = new Operation[length];
        GroupHandle[] moreHandles = new GroupHandle[length];
        for (int i = 0; i < length; i++) {
            more[i] = new Operation(owner, ranks, nothing);
            moreHandles[i] = new GroupHandle(this, owner);
        }
        for (int back = 1; back <= operations.length; back++) {
            more[(int) (queued - back) & length - 1] = operation(queued - back);
            moreHandles[(int) (groups - back) & length - 1] = handle(groups - back);
        }
        operations = more;
        handles = moreHandles;
    }

    private Operation operation(long number) {
        return operations[(int) number & operations.length - 1];
    }

    private GroupHandle handle(long number) {
        return handles[(int) number & handles.length - 1];
    }

    /** A place for the next call. */
    Operation next() {
        if (queued - ended >= operations.length) {
            if (isGrouping()) {
                grow(2 * operations.length);
            } else {
                operation(ended).await();
            }
        }
        return operation(queued);
    }

    /** The call in the place that {@link #next} gave is complete: it begins when its turn comes and, in a group, the group ended. */
    void add(Operation operation) {
        queued++;
        operation.isHeld = isGrouping();
        if (!operation.isHeld) {
            operation.endOfGroup = queued;
            begun = queued;
        }
    }

    boolean isGrouping() {
        return nesting > 0;
    }

    /** Whether the group, or the one around it, ends with the next {@link #endGroup}. */
    boolean isOutermost() {
        return nesting == 1;
    }

    /** Whether calls are under way, or collected. */
    boolean isBusy() {
        return ended < queued;
    }

    /** The first call that is under way, for people; empty if none is. */
    String call() {
        for (long number = ended; number < begun; number++) {
            if (!operation(number).done) {
                return operation(number).describe();
            }
        }
        return "";
    }

    /** Whether this rank sent something in a call that is over, and none that is over since says that all ranks called the same. */
    boolean isUnanswered() {
        return isUnanswered;
    }

    /** Calls that are over. */
    long ended() {
        return ended;
    }

    void startGroup() {
        if (nesting++ == 0) {
            handle(groups).open();
        }
    }

    /** The handle of the outermost group, whose calls begin if this is its end. */
    CollectiveHandle endGroup() {
        GroupHandle handle = handle(groups);
        if (--nesting == 0) {
            for (long number = begun; number < queued; number++) {
                operation(number).isHeld = false;
                operation(number).endOfGroup = queued;
            }
            handle.close(queued);
            if (queued > begun) {
                groups++;
            }
            begun = queued;
        }
        return handle;
    }

    /** The first call of the group that sends to this rank itself, or receives from it, and has no counterpart; null if there is none. */
    @Nullable
    Operation unmatched(byte toItself) {
        for (long number = begun; number < queued; number++) {
            if (operation(number).toItself == toItself) {
                return operation(number);
            }
        }
        return null;
    }

    /** Goes on; which rank is waited for, or {@link Runner#DONE}. */
    int run() {
        while (ended < begun && !failures.any()) {
            Operation first = operation(ended);
            int waitsFor = first.endOfGroup == ended + 1 ? runner.run(first) : runGroup(first.endOfGroup);
            if (waitsFor != Runner.DONE || failures.any()) {
                return waitsFor;
            }
            while (ended < first.endOfGroup) {
                Program program = operation(ended++).program;
                isUnanswered = program.isOneWay || isUnanswered && !program.settles;
            }
        }
        return Runner.DONE;
    }

    private int runGroup(long end) {
        round++;
        int waitsFor = Runner.DONE;
        for (long number = ended; number < end && !failures.any(); number++) {
            Operation operation = operation(number);
            if (operation.isBetweenTwo && !operation.done) {
                int rank = isBehindAnother(operation) ? Runner.DONE : runner.run(operation);
                if (!operation.hasTakenAllSteps()) {
                    occupy(operation);
                }
                waitsFor = waitsFor == Runner.DONE ? rank : waitsFor;
            }
        }
        for (long number = ended; number < end && waitsFor == Runner.DONE && !failures.any(); number++) {
            Operation operation = operation(number);
            if (!operation.done) {
                waitsFor = runner.run(operation);
            }
        }
        return waitsFor;
    }

    private boolean isBehindAnother(Operation operation) {
        return operation.destination != Step.NO_PEER && sending[operation.destination] == round
                || operation.source != Step.NO_PEER && receiving[operation.source] == round;
    }

    private void occupy(Operation operation) {
        if (operation.destination != Step.NO_PEER) {
            sending[operation.destination] = round;
        }
        if (operation.source != Step.NO_PEER) {
            receiving[operation.source] = round;
        }
    }
}

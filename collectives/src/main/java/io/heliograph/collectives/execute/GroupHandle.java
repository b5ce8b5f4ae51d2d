package io.heliograph.collectives.execute;

import io.heliograph.collectives.CollectiveHandle;

/** A group of calls, which is over when all of them are. */
final class GroupHandle implements CollectiveHandle {
    private static final long OPEN = Long.MAX_VALUE;

    private final CallQueue queue;
    private final Operation.Owner owner;
    /** How many calls are over when the group is. */
    private long end;

    GroupHandle(CallQueue queue, Operation.Owner owner) {
        this.queue = queue;
        this.owner = owner;
    }

    /** The group collects calls. */
    void open() {
        end = OPEN;
    }

    /** The group has all its calls. */
    void close(long calls) {
        end = calls;
    }

    @Override
    public boolean poll() {
        if (queue.ended() < end) {
            owner.turn();
        }
        owner.check();
        return queue.ended() >= end;
    }

    @Override
    public void await() {
        if (end == OPEN) {
            throw new IllegalStateException("the group has not ended; call groupEnd before await");
        }
        while (!poll()) {
            owner.idle();
        }
    }
}

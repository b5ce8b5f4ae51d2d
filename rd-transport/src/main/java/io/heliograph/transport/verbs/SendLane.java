package io.heliograph.transport.verbs;

import org.jspecify.annotations.Nullable;

/** The way of one work queue to one peer: posts in their order, and the queue pair that carries them, if there is one. Thread of doWork. */
final class SendLane {
    enum State {
        /** No queue pair, and nothing to send. */
        IDLE(false),
        /** The rendezvous makes a queue pair. */
        CONNECTING(true),
        /** Posts go to the device. */
        READY(false),
        /** The queue pair broke; its requests come back as flushed. */
        DRAINING(true);

        /** Whether it ends at a deadline. */
        final boolean waits;

        State(boolean waits) {
            this.waits = waits;
        }
    }

    final Peer peer;
    final int queue;
    final int index;

    State state = State.IDLE;

    @Nullable
    Initiation initiation;
    /** Of the peer when the latest queue pair was made; 0 before. */
    int incarnation;
    /** When to give up, in states that wait. */
    long deadlineNs;
    /** Whether the peer's device refused the oldest post: that and what followed was not carried out. */
    boolean refused;
    /** Whether {@link Lanes} has it on its list of those with something to hand to the device. */
    boolean active;

    // Posts, oldest first; those from unhanded on were not handed to the device, or not whole.
    int head = Works.NONE;
    int tail = Works.NONE;
    int unhanded = Works.NONE;

    // Requests of the present queue pair, numbered from 1.
    int requested;
    int completed;

    SendLane(Peer peer, int queue, int index) {
        this.peer = peer;
        this.queue = queue;
        this.index = index;
    }

    /** Whether what it waits for is overdue. */
    boolean isOverdue(long nowNs) {
        return state.waits && nowNs - deadlineNs >= 0;
    }

    boolean isEmpty() {
        return head == Works.NONE;
    }

    /** Identity of a request: the lane's index in the upper half. */
    long requestId(int number) {
        return (long) index << 32 | Integer.toUnsignedLong(number);
    }

    void append(Works works, int slot) {
        if (head == Works.NONE) {
            head = slot;
        } else {
            works.next[tail] = slot;
        }
        tail = slot;
        if (unhanded == Works.NONE) {
            unhanded = slot;
        }
    }

    /** Takes the oldest post off the list; the caller gives its slot back. */
    int removeFirst(Works works) {
        int slot = head;
        head = works.next[slot];
        if (head == Works.NONE) {
            tail = Works.NONE;
        }
        if (unhanded == slot) {
            unhanded = head;
        }
        return slot;
    }
}

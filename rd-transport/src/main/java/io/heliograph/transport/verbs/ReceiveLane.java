package io.heliograph.transport.verbs;

import io.heliograph.bindings.verbs.QueuePair;

/** The queue pair that a peer's work queue writes through to this node. Made by the rendezvous, then of the thread of doWork. */
final class ReceiveLane {
    final int index;
    final Peer peer;
    final int queue;
    final QueuePair pair;

    /** Receives that the device has. */
    int posted;
    /** Next slot to be posted again; receives are consumed in order, so slots are too. */
    int nextSlot;
    /** Whole length of the next immediate's message, if its peer announced it; else 0. */
    long announcedLengthBytes;

    boolean ended;

    ReceiveLane(int index, Peer peer, int queue, QueuePair pair, int posted) {
        this.index = index;
        this.peer = peer;
        this.queue = queue;
        this.pair = pair;
        this.posted = posted;
    }
}

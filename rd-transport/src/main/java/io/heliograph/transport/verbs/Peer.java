package io.heliograph.transport.verbs;

import io.heliograph.transport.IpAddress;
import org.jspecify.annotations.Nullable;

/** Another node: its number, and what the thread of doWork keeps about it. */
final class Peer {
    final int number;
    final IpAddress address;

    // Thread of doWork.
    final @Nullable SendLane[] lanes;
    /** 0 until it told. */
    int incarnation;
    /** An event that the application is still to get, a code of CompletionStatus; 0 for none. */
    int pendingEvent;

    Peer(int number, IpAddress address, int workQueues) {
        this.number = number;
        this.address = address;
        lanes = new SendLane[workQueues];
    }
}

package io.heliograph.transport.engine;

import java.util.ArrayList;

/** Remembers which flows have something to acknowledge, and sends their SACKs at the end of the duty cycle (R6.4, R6.5). */
final class Acknowledger {
    private final Transmitter transmitter;
    private final ArrayList<ReceiveFlow> due = new ArrayList<>();

    Acknowledger(Transmitter transmitter) {
        this.transmitter = transmitter;
    }

    /** A packet of the flow's is to be acknowledged, new or not. Under the peer's lock. */
    void note(ReceiveFlow flow, int psn, int entropy, int sourceQueue, boolean isNew) {
        if (flow.noteAcknowledgement(psn, entropy, sourceQueue, isNew)) {
            due.add(flow);
        }
    }

    /** Whether the port kept some back. */
    boolean hasWork() {
        return !due.isEmpty();
    }

    /** Sends what is due, as far as the port takes it; returns how many SACKs. */
    int acknowledge(long nowNs) {
        int sent = 0;
        while (!due.isEmpty()) {
            ReceiveFlow flow = due.getLast();
            Peer peer = flow.lane.peer;
            peer.lock();
            try {
                while (flow.inbound == peer.inbound() && flow.acknowledgementDue()) {
                    if (transmitter.isBackedUp()) {
                        return sent;
                    }
                    int bitmapPsn = flow.nextBitmapPsn();
                    transmitter.sendSack(flow, bitmapPsn, nowNs);
                    flow.acknowledged(bitmapPsn);
                    sent++;
                }
            } finally {
                peer.unlock();
            }
            due.removeLast();
        }
        return sent;
    }
}

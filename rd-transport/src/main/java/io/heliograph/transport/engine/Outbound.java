package io.heliograph.transport.engine;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;

/** The messages that a node sends to one peer, by work queue; any of its engines takes packets of them into its own flow. */
final class Outbound {
    /** {@link #takePacket} has nothing to send. */
    static final int NOTHING = -1;

    private final Peer peer;
    private final OutboundQueue[] queues;
    private final Home home;
    private final MessagePool pool;
    private int queueCursor;
    /** A bit for each traffic class of which something was posted. */
    private int trafficClasses;
    /** Posted and not completed. */
    private int incomplete;

    private int epoch;
    private boolean anyAcknowledged;

    Outbound(Peer peer, EndpointConfig config, Home home, MessagePool pool) {
        this.peer = peer;
        this.home = home;
        this.pool = pool;
        queues = new OutboundQueue[config.workQueues()];
        for (int i = 0; i < queues.length; i++) {
            queues[i] = new OutboundQueue(
                    config.windowPackets(),
                    config.trafficClass(i),
                    config.sequenceOrigin().msn());
        }
    }

    /** Grows when a relation ends: flows of an earlier one are to be forgotten. */
    int epoch() {
        return epoch;
    }

    /** Whether any packet was acknowledged in this relation. */
    boolean anyAcknowledged() {
        return anyAcknowledged;
    }

    void post(OutboundMessage message) {
        queues[message.queue].add(message);
        incomplete++;
        trafficClasses |= 1 << message.trafficClass;
    }

    /** A bit for each traffic class that there may be something to send of. */
    int trafficClasses() {
        return trafficClasses;
    }

    boolean hasIncomplete() {
        return incomplete > 0;
    }

    /** The slot of the next packet of a traffic class to send: a lost one, or a new one if the windows are open; else {@link #NOTHING}. */
    int takePacket(SendFlow flow, int trafficClass) {
        int slot = flow.takeLost(trafficClass);
        if (slot != SlotList.NONE || !flow.windowOpen()) {
            return slot;
        }
        // Each queue in turn, a packet at a time: a long message holds nobody else's back.
        for (int i = 0; i < queues.length; i++) {
            OutboundQueue queue = queues[queueCursor];
            OutboundMessage message = queue.trafficClass == trafficClass ? queue.nextUnsent() : null;
            queueCursor = queueCursor + 1 == queues.length ? 0 : queueCursor + 1;
            if (message != null) {
                // A failed message's rest goes out as one VOID packet (R8.3).
                int covered = message.isVoid() ? message.packets - message.nextPacket : 1;
                slot = flow.assign(message, message.nextPacket, covered);
                queue.onAssigned(message, covered);
                return slot;
            }
        }
        return NOTHING;
    }

    void onAcknowledged(OutboundMessage message, int packets) {
        anyAcknowledged = true;
        message.unacknowledged -= packets;
        if (message.unacknowledged == 0) {
            queues[message.queue].onAllAcknowledged(message, this);
        }
    }

    /** Fails a message (R8.3); its packets that are still to be sent become VOID. */
    void fail(OutboundMessage message, int status) {
        if (message.state == OutboundMessage.State.SENDING) {
            message.state = OutboundMessage.State.VOIDING;
            message.status = status;
            // A source that is gone is this node's own doing: it flushes nothing, for the peer may have it all (R5.3).
            boolean flushes = status != CompletionStatus.REGION_GONE;
            message.horizon = flushes ? queues[message.queue].lastMsn() : message.msn;
        }
    }

    void complete(OutboundMessage message) {
        incomplete--;
        home.rings(message.queue).putWrite(peer.number(), message);
    }

    void recycle(OutboundMessage message) {
        pool.recycle(message);
    }

    /**
     * Ends the relation: everything outstanding completes with {@link CompletionStatus#PEER_GONE} or PEER_RESTARTED, or with its own error if it had failed
     * (R8.3), and PSNs and MSNs start at 0 again.
     */
    void abandon(int status) {
        for (OutboundQueue queue : queues) {
            queue.abandon(status, this);
        }
        anyAcknowledged = false;
        epoch++;
    }
}

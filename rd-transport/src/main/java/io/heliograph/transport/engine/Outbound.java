package io.heliograph.transport.engine;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The messages that a node sends to one peer, by work queue; any of its engines takes packets of them into its own flow. */
final class Outbound {
    /** {@link #takePacket} has nothing to send. */
    static final int NOTHING = -1;

    /** Queues that take turns, a packet each: a long message holds nobody else's back. */
    private static final class Turns {
        private final OutboundQueue[] queues;
        private int cursor;

        Turns(OutboundQueue[] queues) {
            this.queues = queues;
        }

        /** The next queue that has something of a traffic class to send, or null. */
        @Nullable
        OutboundQueue next(int trafficClass) {
            for (int i = 0; i < queues.length; i++) {
                OutboundQueue queue = queues[cursor];
                cursor = cursor + 1 == queues.length ? 0 : cursor + 1;
                if (queue.trafficClass == trafficClass && queue.nextUnsent() != null) {
                    return queue;
                }
            }
            return null;
        }
    }

    private static final Turns NOBODY = new Turns(new OutboundQueue[0]);

    private final Peer peer;
    private final EndpointConfig config;
    private final Home home;
    private final MessagePool pool;
    /** One for each work queue; none before the first post, for many peers only write. */
    private OutboundQueue[] queues = {};
    /** For each engine those of the queues that are at home there. */
    private Turns[] turns = {};
    /** For all of them. */
    private Turns allTurns = NOBODY;
    /** A bit for each traffic class of which something was posted. */
    private int trafficClasses;
    /** Posted and not completed. */
    private int incomplete;

    private int epoch;
    private boolean anyAcknowledged;

    Outbound(Peer peer, EndpointConfig config, Home home, MessagePool pool) {
        this.peer = peer;
        this.config = config;
        this.home = home;
        this.pool = pool;
    }

    private void makeQueues() {
        queues = new OutboundQueue[config.workQueues()];
        for (int i = 0; i < queues.length; i++) {
            queues[i] = new OutboundQueue(
                    config.windowPackets(),
                    config.trafficClass(i),
                    config.sequenceOrigin().msn());
        }
        allTurns = new Turns(queues);
        turns = new Turns[home.engines()];
        Arrays.setAll(turns, engine -> home.engines() == 1 ? allTurns : new Turns(atHome(engine)));
    }

    private OutboundQueue[] atHome(int engine) {
        int count = 0;
        OutboundQueue[] own = new OutboundQueue[queues.length];
        for (int queue = 0; queue < queues.length; queue++) {
            if (home.engine(queue) == engine) {
                own[count++] = queues[queue];
            }
        }
        return Arrays.copyOf(own, count);
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
        if (queues.length == 0) {
            makeQueues();
        }
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

    /** The slot of the next packet of a traffic class for an engine to send: a lost one, or a new one if the windows are open; else {@link #NOTHING}. */
    int takePacket(SendFlow flow, int trafficClass, int engine) {
        int slot = flow.takeLost(trafficClass);
        if (slot != SlotList.NONE || !flow.windowOpen() || turns.length == 0) {
            return slot;
        }
        slot = takeNew(turns[engine], flow, trafficClass);
        // Only who has nothing else to do helps other engines' queues: what two engines touch in turn costs both of
        // them.
        return slot == NOTHING && turns.length > 1 ? takeNew(allTurns, flow, trafficClass) : slot;
    }

    private static int takeNew(Turns turns, SendFlow flow, int trafficClass) {
        OutboundQueue queue = turns.next(trafficClass);
        OutboundMessage message = queue == null ? null : queue.nextUnsent();
        if (queue == null || message == null) {
            return NOTHING;
        }
        // A failed message's rest goes out as one VOID packet (R8.3).
        int covered = message.isVoid() ? message.packets - message.nextPacket : 1;
        int slot = flow.assign(message, message.nextPacket, covered);
        queue.onAssigned(message, covered);
        return slot;
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

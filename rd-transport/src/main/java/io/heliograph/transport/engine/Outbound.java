package io.heliograph.transport.engine;

import io.heliograph.transport.CompletionStatus;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a node sends to one peer: the messages of each work queue, and the packets of each engine's flow. */
final class Outbound {
    /** {@link #takePacket} has nothing to send. */
    static final int NOTHING = -1;

    private final CompletionSink sink;
    private final OutboundQueue[] queues;
    private final Counters counters;
    private final int windowPackets;
    private SendFlow flow;
    private @Nullable Peer peer;
    private int queueCursor;
    /** Posted and not completed. */
    private int incomplete;

    Outbound(int workQueues, int windowPackets, CompletionSink sink, Counters counters) {
        this.sink = sink;
        this.counters = counters;
        this.windowPackets = windowPackets;
        queues = new OutboundQueue[workQueues];
        for (int i = 0; i < workQueues; i++) {
            queues[i] = new OutboundQueue(windowPackets);
        }
        flow = new SendFlow(windowPackets, counters);
    }

    /** Says whose this is; once, before anything else. */
    void peer(Peer owner) {
        peer = owner;
    }

    SendFlow flow() {
        return flow;
    }

    void post(OutboundMessage message) {
        queues[message.queue].add(message);
        incomplete++;
    }

    boolean hasIncomplete() {
        return incomplete > 0;
    }

    /** The slot of the next packet to send: a lost one, or a new one if the windows are open; else {@link #NOTHING}. */
    int takePacket() {
        int slot = flow.takeLost();
        if (slot != SlotList.NONE || !flow.windowOpen()) {
            return slot;
        }
        // Each queue in turn, a packet at a time: a long message holds nobody else's back.
        for (int i = 0; i < queues.length; i++) {
            OutboundQueue queue = queues[queueCursor];
            OutboundMessage message = queue.nextUnsent();
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
        sink.complete(Objects.requireNonNull(peer), message);
    }

    void recycle(OutboundMessage message) {
        sink.recycle(message);
    }

    /** Ends the relation: everything outstanding completes with {@link CompletionStatus#PEER_GONE} or PEER_RESTARTED, and PSNs and MSNs start at 0 again. */
    void abandon(int status) {
        for (OutboundQueue queue : queues) {
            queue.abandon(status, this);
        }
        flow = new SendFlow(windowPackets, counters);
    }

    /** When this peer must be served next, because of timers or because a packet waits; {@code nowNs} if at once. */
    long deadlineNs(long nowNs) {
        if (flow.hasLost()) {
            return nowNs;
        }
        if (flow.windowOpen()) {
            for (OutboundQueue queue : queues) {
                if (queue.nextUnsent() != null) {
                    return nowNs;
                }
            }
        }
        return flow.deadlineNs();
    }
}

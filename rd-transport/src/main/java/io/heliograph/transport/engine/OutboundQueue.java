package io.heliograph.transport.engine;

import io.heliograph.transport.CompletionStatus;
import org.jspecify.annotations.Nullable;

/** The messages of one work queue to one peer from the oldest incomplete one on: gives out MSNs, and completes messages in the order that fences ask for (R6.1, R5.3). */
final class OutboundQueue {
    final int trafficClass;
    private final int windowMessages;
    private final int firstMsn;
    private @Nullable OutboundMessage oldest;
    private @Nullable OutboundMessage newest;
    /** The oldest one that has packets which were never sent. */
    private @Nullable OutboundMessage unsent;

    private int nextMsn;
    private int flushedThrough;
    private boolean flushing;

    OutboundQueue(int windowMessages, int trafficClass, int firstMsn) {
        this.firstMsn = firstMsn;
        nextMsn = firstMsn;
        this.trafficClass = trafficClass;
        this.windowMessages = windowMessages;
    }

    void add(OutboundMessage message) {
        message.msn = nextMsn++;
        message.nextInQueue = null;
        if (newest == null) {
            oldest = message;
        } else {
            newest.nextInQueue = message;
        }
        newest = message;
        if (unsent == null) {
            unsent = message;
        }
    }

    /** The message whose packets are to be sent next, or null: none is left, or the window of messages has not come to it (R4.3). */
    @Nullable
    OutboundMessage nextUnsent() {
        OutboundMessage message = unsent;
        return message != null && oldest != null && message.msn - oldest.msn < windowMessages ? message : null;
    }

    /** The first packet, or the rest, of {@link #nextUnsent} was given a PSN. */
    void onAssigned(OutboundMessage message, int packets) {
        message.nextPacket += packets;
        if (!message.hasUnsent()) {
            unsent = message.nextInQueue;
        }
    }

    int lastMsn() {
        return nextMsn - 1;
    }

    /** All packets of a message are acknowledged: completes it and those that were held for it. */
    void onAllAcknowledged(OutboundMessage message, Outbound outbound) {
        if (message.fenced && message.state == OutboundMessage.State.SENDING && message != oldest) {
            message.state = OutboundMessage.State.HELD;
            return;
        }
        finish(message, outbound);
        while (oldest != null
                && (oldest.state == OutboundMessage.State.DONE || oldest.state == OutboundMessage.State.HELD)) {
            pass(oldest, outbound);
        }
    }

    private void finish(OutboundMessage message, Outbound outbound) {
        boolean flushed = message.fenced
                && message.status == CompletionStatus.SUCCESS
                && flushing
                && message.msn - flushedThrough <= 0;
        if (flushed) {
            message.status = CompletionStatus.FLUSHED;
        }
        message.state = OutboundMessage.State.DONE;
        outbound.complete(message);
    }

    private void pass(OutboundMessage message, Outbound outbound) {
        if (message.state == OutboundMessage.State.HELD) {
            finish(message, outbound);
        }
        if (message.status != CompletionStatus.SUCCESS && message.status != CompletionStatus.FLUSHED) {
            boolean further = !flushing || message.horizon - flushedThrough > 0;
            flushedThrough = further ? message.horizon : flushedThrough;
            flushing = true;
        }
        if (flushing && message.msn == flushedThrough) {
            flushing = false;
        }
        oldest = message.nextInQueue;
        if (oldest == null) {
            newest = null;
        }
        outbound.recycle(message);
    }

    /** Ends the relation: completes all that is not complete with {@code status}, but what had failed with its own error (R8.3), and starts at the first MSN again. */
    void abandon(int status, Outbound outbound) {
        while (oldest != null) {
            OutboundMessage message = oldest;
            oldest = message.nextInQueue;
            if (message.state != OutboundMessage.State.DONE) {
                message.status = message.status == CompletionStatus.SUCCESS ? status : message.status;
                message.state = OutboundMessage.State.DONE;
                outbound.complete(message);
            }
            outbound.recycle(message);
        }
        newest = null;
        unsent = null;
        nextMsn = firstMsn;
        flushing = false;
    }
}

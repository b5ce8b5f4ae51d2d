package io.heliograph.transport.engine;

import io.heliograph.transport.CompletionStatus;
import org.jspecify.annotations.Nullable;

/** One posted WRITE while it is being sent (PROTOCOL.md section 4.2); pooled. */
final class OutboundMessage {
    /** Where a message stands. */
    enum State {
        /** Packets are sent and acknowledged. */
        SENDING,
        /** Failed: the packets still out are replaced by VOID ones (R8.3). */
        VOIDING,
        /** All acknowledged, but fenced behind an incomplete one (R6.1). */
        HELD,
        /** Its completion was given. */
        DONE
    }

    State state = State.SENDING;
    int status = CompletionStatus.SUCCESS;
    int queue;
    int msn;
    long cookie;
    boolean withImmediate;
    boolean fenced;
    int immediate;
    long localAddress;
    int localKey;
    long lengthBytes;
    long remoteAddress;
    int remoteKey;
    int packetBytes;
    int packets;
    /** Packets that have not been sent yet are those from here on. */
    int nextPacket;
    int unacknowledged;
    /** The last MSN given out when the message failed. */
    int horizon;
    /** The next with a later MSN of the same queue and relation; in the pool, the next free one. */
    @Nullable OutboundMessage nextInQueue;

    long offset(int packet) {
        return (long) packet * packetBytes;
    }

    int payloadBytes(int packet) {
        return (int) Math.min(packetBytes, lengthBytes - offset(packet));
    }

    boolean hasUnsent() {
        return nextPacket < packets;
    }

    boolean isVoid() {
        return state == State.VOIDING;
    }

    boolean carriesImmediate(int packet) {
        return withImmediate && packet == packets - 1;
    }
}

package io.heliograph.transport.engine;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.memory.RegionTable;
import io.heliograph.transport.queue.SubmissionRing;
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
    int trafficClass;
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
    /** The table in which the source was last found registered. */
    @Nullable
    RegionTable checkedIn;
    /** The next with a later MSN of the same queue and relation; in the pool, the next free one. */
    @Nullable
    OutboundMessage nextInQueue;

    /** Becomes the message of a work request, cut into packets of {@code payloadBytes} (PROTOCOL.md section 2.1). */
    void take(long entry, int payloadBytes, EndpointConfig config) {
        state = State.SENDING;
        status = CompletionStatus.SUCCESS;
        queue = SubmissionRing.queue(entry);
        trafficClass = config.trafficClass(queue);
        cookie = SubmissionRing.cookie(entry);
        withImmediate = SubmissionRing.withImmediate(entry);
        fenced = SubmissionRing.fenced(entry);
        immediate = SubmissionRing.immediate(entry);
        localAddress = SubmissionRing.localAddress(entry);
        localKey = SubmissionRing.localKey(entry);
        lengthBytes = SubmissionRing.lengthBytes(entry);
        remoteAddress = SubmissionRing.remoteAddress(entry);
        remoteKey = SubmissionRing.remoteKey(entry);
        packetBytes = payloadBytes;
        packets = packetCount(lengthBytes, payloadBytes);
        unacknowledged = packets;
        nextPacket = 0;
        checkedIn = null;
    }

    /** N of a message; more than a message can count if it is too long. */
    static int packetCount(long lengthBytes, int payloadBytes) {
        if (lengthBytes <= payloadBytes) {
            return 1;
        }
        return Math.clamp((lengthBytes + payloadBytes - 1) / payloadBytes, 1, Integer.MAX_VALUE);
    }

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

package io.heliograph.transport.rate;

import io.heliograph.transport.IpAddress;

/**
 * Decides which of an engine's flows sends its next packet, and when: what an engine can be given instead of sending as fast as it can.
 *
 * <p>A flow is a number from 0 that the engine chooses, for example peer times eight plus traffic class. It is <i>active</i> while it has a packet to send that nothing else holds
 * back. Bytes are those of the wire ({@link WireBytes}). Control packets are not asked for and not charged.
 *
 * <p>All calls come from the engine's thread. But for {@link #addFlow} and the duty cycle that picks up a new table, none allocates. A clock that goes backwards stands still.
 */
public interface RatePolicy {
    /** No flow may send now. */
    int NONE = -1;

    /** No entropy value is named. */
    int ANY_PATH = 0;

    /** Says who a flow goes to, before its first {@link #activate}; it may allocate. */
    void addFlow(int flow, IpAddress destination, int trafficClass, long nowNs);

    /** Begins a duty cycle: the moment at which changes from outside take effect. */
    void onDutyCycle(long nowNs);

    /**
     * A message for a flow was posted: what it will have to send, besides what is lost. For policies that must know beforehand; of no interest to others. A flow is told of by {@link #addFlow} first.
     *
     * @param payloadBytes of the message
     * @param packets that it is cut into
     */
    default void onPosted(int flow, long payloadBytes, int packets, long nowNs) {}

    /** A flow has something to send; nothing happens if it had before. */
    void activate(int flow, long nowNs);

    /** A flow has nothing to send; nothing happens if it had nothing before. */
    void deactivate(int flow);

    /** The active flow that may send one packet now, or {@link #NONE}. */
    int nextFlow(long nowNs);

    /** How many packets of the flow that {@link #nextFlow} named may follow each other. */
    default int packetsAtOnce() {
        return 1;
    }

    /** The entropy value that the next packet of the flow that {@link #nextFlow} named has to take, unless the operator denies it; or {@link #ANY_PATH}: the path policy's to choose. */
    default int entropy(int flow) {
        return ANY_PATH;
    }

    /** Whether all engines of an endpoint share the rate of each flow, so that each must send its part. */
    default boolean isShared() {
        return true;
    }

    /** A flow sent a packet, new or again. It stays active. */
    void onSent(int flow, int wireBytes, long nowNs);

    /**
     * Bytes of a flow were acknowledged.
     *
     * @param rttNs the round trip that was measured with them, or -1 if none was
     */
    void onAcknowledged(int flow, int wireBytes, long rttNs, long nowNs);

    /** Bytes of a flow were lost or trimmed, and are sent again. */
    void onLost(int flow, int wireBytes, long nowNs);

    /**
     * Nothing was heard of a flow's packets for so long that one of them is sent again, lost or not (R9.2, R9.7). The others under way may be lost as well: who counts what is under way must let this one leave all
     * the same, as its acknowledgement alone tells.
     */
    default void onSilence(int flow, int wireBytes, long nowNs) {
        onLost(flow, wireBytes, nowNs);
    }

    /** What a flow sent is of no interest any more, because its relation ended; it is inactive. */
    void reset(int flow);

    /** When {@link #nextFlow} may have another answer, or {@link #onDutyCycle} a change, if nothing else happens; {@link Long#MAX_VALUE} if never. */
    long nextDeadlineNs();
}

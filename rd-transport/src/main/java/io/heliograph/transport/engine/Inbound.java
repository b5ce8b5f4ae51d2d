package io.heliograph.transport.engine;

import io.heliograph.transport.Tunables;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** What a node receives from one incarnation of a peer: the messages of each of its work queues. */
final class Inbound {
    private final Peer peer;
    private final int windowPackets;
    /** What was asked for last, which is what the next packet nearly always belongs to. */
    private @Nullable InboundQueue lastQueue;
    /** All of them, once there are two: most peers use one. */
    private @Nullable Int2ObjectHashMap<InboundQueue> queues;

    private boolean received;
    private int partialMessages;

    Inbound(Peer peer, int windowPackets) {
        this.peer = peer;
        this.windowPackets = windowPackets;
    }

    /** The state of one of the peer's work queues, or null if it has used more than a receiver keeps. */
    @Nullable
    InboundQueue queue(int sourceQueue) {
        InboundQueue last = lastQueue;
        if (last != null && last.queue == sourceQueue) {
            return last;
        }
        InboundQueue queue = last == null ? newQueue(sourceQueue) : another(last, sourceQueue);
        lastQueue = queue == null ? last : queue;
        return queue;
    }

    private @Nullable InboundQueue another(InboundQueue last, int sourceQueue) {
        Int2ObjectHashMap<InboundQueue> all = queues;
        if (all == null) {
            all = new Int2ObjectHashMap<>();
            all.put(last.queue, last);
            queues = all;
        }
        InboundQueue queue = all.get(sourceQueue);
        if (queue == null && all.size() < Tunables.MAX_PEER_QUEUES) {
            queue = newQueue(sourceQueue);
            all.put(sourceQueue, queue);
        }
        return queue;
    }

    private InboundQueue newQueue(int sourceQueue) {
        InboundQueue queue = new InboundQueue(peer, sourceQueue, windowPackets);
        queue.beginAt(peer.origin().msn());
        return queue;
    }

    /** Takes note that a packet was accepted, and that by it a message became partial (+1) or whole (-1), or neither. */
    void accepted(int change) {
        received = true;
        partialMessages += change;
    }

    /** Whether any packet was accepted. */
    boolean hasReceived() {
        return received;
    }

    /** Whether a message is received in part. */
    boolean hasPartial() {
        return partialMessages > 0;
    }

    /** Whether no message is partly received or waits for a receive slot: nothing is lost when this is forgotten, but for what was received already. */
    boolean isClean() {
        if (queues == null) {
            return lastQueue == null || lastQueue.isClean();
        }
        for (InboundQueue queue : queues.values()) {
            if (!queue.isClean()) {
                return false;
            }
        }
        return true;
    }

    /** The relation ended: immediates that wait are not given any more. */
    void abandon() {
        if (queues != null) {
            queues.values().forEach(InboundQueue::abandon);
        } else if (lastQueue != null) {
            lastQueue.abandon();
        }
    }
}

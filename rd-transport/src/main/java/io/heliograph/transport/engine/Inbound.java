package io.heliograph.transport.engine;

import io.heliograph.transport.Tunables;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** What a node receives from one peer: the PSNs of each of its engines, and the messages of each of its work queues. */
final class Inbound {
    private final Peer peer;
    private final int windowPackets;
    private final Int2ObjectHashMap<ReceiveFlow> flows = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<InboundQueue> queues = new Int2ObjectHashMap<>();
    private int partialMessages;

    Inbound(Peer peer, int windowPackets) {
        this.peer = peer;
        this.windowPackets = windowPackets;
    }

    /** The flow of one of the peer's engines; there are at most 256. */
    ReceiveFlow flow(int sourceEngine) {
        ReceiveFlow flow = flows.get(sourceEngine);
        if (flow == null) {
            flow = new ReceiveFlow(peer, sourceEngine, windowPackets);
            flows.put(sourceEngine, flow);
        }
        return flow;
    }

    /** As {@link ReceiveFlow#classify}, for a packet that is not verified and therefore creates nothing. */
    int classifyUnverified(int sourceEngine, int psn) {
        ReceiveFlow flow = flows.get(sourceEngine);
        if (flow != null) {
            return flow.classify(psn);
        }
        return psn < windowPackets ? ReceiveFlow.NEW : ReceiveFlow.BEYOND;
    }

    /** The state of one of the peer's work queues, or null if it has used more than a receiver keeps. */
    @Nullable
    InboundQueue queue(int sourceQueue) {
        InboundQueue queue = queues.get(sourceQueue);
        if (queue == null && queues.size() < Tunables.MAX_PEER_QUEUES) {
            queue = new InboundQueue(peer, sourceQueue, windowPackets);
            queues.put(sourceQueue, queue);
        }
        return queue;
    }

    /** Takes note that messages became partial (+) or whole (-). */
    void addPartial(int change) {
        partialMessages += change;
    }

    /** Whether a message is received in part. */
    boolean hasPartial() {
        return partialMessages > 0;
    }

    /** The relation ended: acknowledgements that are due and immediates that wait are not given any more. */
    void abandon() {
        flows.values().forEach(ReceiveFlow::abandon);
        queues.values().forEach(InboundQueue::abandon);
    }
}

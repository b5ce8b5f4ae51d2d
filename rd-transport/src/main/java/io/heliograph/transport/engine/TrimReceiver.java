package io.heliograph.transport.engine;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.wire.BthLayout;
import io.heliograph.transport.wire.CheckedFrame;
import io.heliograph.transport.wire.IdentityLayout;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.QueuePair;

/** The way in for trimmed data packets (R9.3): asks for each again if everything it says fits, and changes nothing, because none of that is verified. */
final class TrimReceiver {
    private final int engine;
    private final Peers peers;
    private final Refusals refusals;
    private final Counters counters;
    private final CheckedFrame frame;

    TrimReceiver(int engine, Peers peers, Refusals refusals, Counters counters, CheckedFrame frame) {
        this.engine = engine;
        this.peers = peers;
        this.refusals = refusals;
        this.counters = counters;
        this.frame = frame;
    }

    /** Takes the trimmed packet in {@code frame}. */
    void onTrimmed(long nowNs) {
        counters.increment(EndpointCounter.TRIMMED);
        int source = IdentityLayout.sourceIncarnation(frame.identityAddress());
        if (source == Peer.UNKNOWN) {
            return;
        }
        Peer peer = peers.find(frame.sourceHigh(), frame.sourceLow());
        if (peer == null) {
            if (mayBegin(peers.incarnation())) {
                refusals.nackStranger(NackReason.TRIMMED, 0);
            }
            return;
        }
        peer.lock();
        try {
            Lane lane = peer.lane(engine);
            lane.sync(nowNs);
            if (source == peer.remoteIncarnation()) {
                onRelated(lane, nowNs);
            } else if (peer.isCurrent(source)) {
                onFirst(lane, nowNs);
            }
        } finally {
            peer.unlock();
        }
    }

    private void onRelated(Lane lane, long nowNs) {
        int sourceEngine = QueuePair.engine(IdentityLayout.sourceQp(frame.identityAddress()));
        int psn = BthLayout.psn(frame.bthAddress());
        if (isFor(lane.peer.localIncarnation()) && lane.classifyUnverified(sourceEngine, psn) == ReceiveFlow.NEW) {
            refusals.nack(lane, NackReason.TRIMMED, 0, nowNs);
        }
    }

    /** A packet that may begin a relation with a peer. */
    private void onFirst(Lane lane, long nowNs) {
        int present = lane.peer.localIncarnation();
        int destination = IdentityLayout.destinationIncarnation(frame.identityAddress());
        int own = destination == present ? present : lane.peer.challengeIncarnation();
        if (mayBegin(own)) {
            refusals.nackTrimmedFirst(lane, own, nowNs);
        }
    }

    /** Whether the packet is one that begins a relation in which this node has an incarnation. */
    private boolean mayBegin(int ownIncarnation) {
        return isFor(ownIncarnation) && peers.mayBegin(BthLayout.psn(frame.bthAddress()));
    }

    private boolean isFor(int ownIncarnation) {
        int destination = IdentityLayout.destinationIncarnation(frame.identityAddress());
        return destination == Peer.UNKNOWN || destination == ownIncarnation;
    }
}

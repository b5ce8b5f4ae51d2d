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
        int destination = IdentityLayout.destinationIncarnation(frame.identityAddress());
        if (source == Peer.UNKNOWN) {
            return;
        }
        Peer peer = peers.find(frame.sourceHigh(), frame.sourceLow());
        if (peer == null) {
            onFirst(peers.incarnation());
            return;
        }
        peer.lock();
        try {
            if (source == peer.remoteIncarnation()) {
                onRelated(peer.lane(engine), nowNs);
            } else if (peer.isCurrent(source)) {
                int own = peer.localIncarnation();
                onFirst(destination == own ? own : peer.challengeIncarnation());
            }
        } finally {
            peer.unlock();
        }
    }

    private void onRelated(Lane lane, long nowNs) {
        lane.sync(nowNs);
        int sourceEngine = QueuePair.engine(IdentityLayout.sourceQp(frame.identityAddress()));
        int psn = BthLayout.psn(frame.bthAddress());
        if (isFor(lane.peer.localIncarnation()) && lane.classifyUnverified(sourceEngine, psn) == ReceiveFlow.NEW) {
            refusals.nack(lane, NackReason.TRIMMED, 0, nowNs);
        }
    }

    /** A packet of a relation that has not begun, and in which this node would have an incarnation. */
    private void onFirst(int ownIncarnation) {
        if (isFor(ownIncarnation) && peers.mayBegin(BthLayout.psn(frame.bthAddress()))) {
            refusals.nackStranger(ownIncarnation, NackReason.TRIMMED, 0);
        }
    }

    private boolean isFor(int ownIncarnation) {
        int destination = IdentityLayout.destinationIncarnation(frame.identityAddress());
        return destination == Peer.UNKNOWN || destination == ownIncarnation;
    }
}

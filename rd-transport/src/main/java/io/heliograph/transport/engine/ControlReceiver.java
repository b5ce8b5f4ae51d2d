package io.heliograph.transport.engine;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.wire.BthLayout;
import io.heliograph.transport.wire.CheckedFrame;
import io.heliograph.transport.wire.IdentityLayout;
import io.heliograph.transport.wire.NackLayout;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.PacketKind;
import io.heliograph.transport.wire.ProbeLayout;
import io.heliograph.transport.wire.QueuePair;
import io.heliograph.transport.wire.SackLayout;
import org.jspecify.annotations.Nullable;

/** The way in for SACKs, NACKs and probes: believes those whose incarnations and PSN fit (R9.5), and moves the sending side. */
final class ControlReceiver {
    private final int engine;
    private final Peers peers;
    private final DueLanes due;
    private final Transmitter transmitter;
    private final Counters counters;
    private final CheckedFrame frame;

    ControlReceiver(
            int engine, Peers peers, DueLanes due, Transmitter transmitter, Counters counters, CheckedFrame frame) {
        this.engine = engine;
        this.peers = peers;
        this.due = due;
        this.transmitter = transmitter;
        this.counters = counters;
        this.frame = frame;
    }

    /** Takes the SACK, NACK or probe in {@code frame}; returns the peer, as this engine sees it, whom more may be sent to now, or null. */
    @Nullable
    Lane onControl(int kind, long nowNs) {
        Peer peer = peers.find(frame.sourceHigh(), frame.sourceLow());
        if (peer == null) {
            counters.increment(EndpointCounter.UNBELIEVED);
            return null;
        }
        peer.lock();
        try {
            Lane lane = peer.lane(engine);
            lane.sync(nowNs);
            // Whatever comes of it: one that is not believed as a whole may have told an incarnation.
            due.stir(lane);
            boolean believed = isAddressed(peer)
                    && switch (kind) {
                        case PacketKind.SACK -> onSack(lane, nowNs);
                        case PacketKind.NACK -> onNack(lane, nowNs);
                        default -> onProbe(lane, nowNs);
                    };
            if (!believed) {
                counters.increment(EndpointCounter.UNBELIEVED);
            }
            return believed ? lane : null;
        } finally {
            peer.unlock();
        }
    }

    /** Whether the frame says who sent it and is meant for this node's incarnation in that relation. */
    private boolean isAddressed(Peer peer) {
        return IdentityLayout.sourceIncarnation(frame.identityAddress()) != Peer.UNKNOWN
                && IdentityLayout.destinationIncarnation(frame.identityAddress()) == peer.localIncarnation();
    }

    private boolean onSack(Lane lane, long nowNs) {
        Peer peer = lane.peer;
        if (!lane.hasSent()) {
            return false;
        }
        SendFlow flow = lane.sendFlow();
        int source = IdentityLayout.sourceIncarnation(frame.identityAddress());
        long bth = frame.bthAddress();
        // R1.2: who is not known yet is learned only from the answer to a packet that was sent, and never if it is over
        // (R1.5).
        boolean credible = peer.remoteIncarnation() == Peer.UNKNOWN
                ? peer.isCurrent(source) && flow.isOutstanding(BthLayout.psn(bth))
                : source == peer.remoteIncarnation();
        if (!credible) {
            return false;
        }
        int cumulativePsn = SackLayout.cumulativePsn(bth);
        int bitmapPsn = Psn.add(cumulativePsn, SackLayout.bitmapOffset(bth));
        flow.onCause(BthLayout.psn(bth), SackLayout.reflectedEntropy(bth));
        if (!flow.onSack(cumulativePsn, bitmapPsn, SackLayout.bitmap(bth), nowNs, peer.outbound())) {
            return false;
        }
        if (flow.hasProgressedAt(nowNs)) {
            peer.heard(nowNs);
            peer.reached(flow.arrivedSentNs());
        }
        counters.increment(EndpointCounter.SACK_RECEIVED);
        if (peer.remoteIncarnation() == Peer.UNKNOWN) {
            counters.increment(EndpointCounter.RELATIONS);
            peer.learn(source);
        }
        return true;
    }

    private boolean onNack(Lane lane, long nowNs) {
        long bth = frame.bthAddress();
        int psn = BthLayout.psn(bth);
        if (!lane.hasSent() || !lane.sendFlow().isOutstanding(psn) || !believe(lane, bth, psn, nowNs)) {
            return false;
        }
        counters.increment(EndpointCounter.NACK_RECEIVED);
        lane.peer.heard(nowNs);
        return true;
    }

    /** Acts on a NACK for an outstanding packet; false if the rest of it does not fit. */
    private boolean believe(Lane lane, long bth, int psn, long nowNs) {
        Peer peer = lane.peer;
        SendFlow flow = lane.sendFlow();
        int information = NackLayout.information(bth);
        int source = IdentityLayout.sourceIncarnation(frame.identityAddress());
        int reason = NackLayout.reason(bth);
        int entropy = NackLayout.reflectedEntropy(bth);
        if (reason == NackReason.WRONG_DESTINATION) {
            // R1.6: it comes from a later incarnation than the one known.
            boolean later = peer.remoteIncarnation() != Peer.UNKNOWN && source - peer.remoteIncarnation() > 0;
            if (later) {
                peer.isNow(source);
                restarted(peer, peer.localIncarnation());
            }
            return later;
        }
        if (source != peer.remoteIncarnation() && peer.remoteIncarnation() != Peer.UNKNOWN) {
            return false;
        }
        switch (reason) {
            case NackReason.TRIMMED, NackReason.TRIMMED_LAST_HOP -> {
                return flow.onTrimmed(psn, entropy, nowNs);
            }
            case NackReason.CHALLENGE -> {
                if (!peer.isCurrent(source)) {
                    return false;
                }
                if (peer.remoteIncarnation() == Peer.UNKNOWN) {
                    counters.increment(EndpointCounter.RELATIONS);
                    peer.learn(source);
                }
                return flow.onChallenge(psn, entropy, nowNs);
            }
            case NackReason.STALE_SOURCE -> {
                return information - peer.localIncarnation() > 0 && restarted(peer, information);
            }
            case NackReason.NO_RESOURCE -> {
                long waitNs = Integer.toUnsignedLong(information) * 1000;
                long dueNs =
                        nowNs + (waitNs == 0 ? Tunables.NO_RESOURCE_WAIT_NS : Math.min(waitNs, Tunables.MAX_RTO_NS));
                flow.defer(psn, entropy, nowNs, dueNs);
            }
            case NackReason.PSN_OOR_WINDOW -> flow.deferBeyondWindow(psn, entropy, nowNs);
            default -> {
                int status = statusOf(reason);
                if (status == CompletionStatus.SUCCESS) {
                    return false;
                }
                OutboundMessage message = flow.messageOf(psn);
                flow.defer(psn, entropy, nowNs, message.isVoid() ? nowNs + Tunables.NO_RESOURCE_WAIT_NS : nowNs);
                peer.outbound().fail(message, status);
            }
        }
        return true;
    }

    private static int statusOf(int reason) {
        return switch (reason) {
            case NackReason.BAD_KEY -> CompletionStatus.BAD_KEY;
            case NackReason.OUT_OF_BOUNDS -> CompletionStatus.OUT_OF_BOUNDS;
            case NackReason.NO_PERMISSION -> CompletionStatus.NO_PERMISSION;
            case NackReason.BAD_MESSAGE -> CompletionStatus.BAD_MESSAGE;
            default -> CompletionStatus.SUCCESS;
        };
    }

    private boolean restarted(Peer peer, int knownIncarnation) {
        counters.increment(EndpointCounter.PEERS_RESTARTED);
        peer.endRelation(CompletionStatus.PEER_RESTARTED, knownIncarnation);
        return true;
    }

    private boolean onProbe(Lane lane, long nowNs) {
        long bth = frame.bthAddress();
        if (IdentityLayout.sourceIncarnation(frame.identityAddress()) != lane.peer.remoteIncarnation()) {
            return false;
        }
        int nonce = ProbeLayout.nonce(bth);
        if (ProbeLayout.isAnswer(bth)) {
            if (lane.peer.isAnswered(nonce) || lane.paths().probeAnswered(nonce, nowNs)) {
                lane.peer.heard(nowNs);
            }
        } else {
            int engineOfPeer = QueuePair.engine(IdentityLayout.sourceQp(frame.identityAddress()));
            transmitter.answerProbe(lane, engineOfPeer, nonce, nowNs);
        }
        return true;
    }
}

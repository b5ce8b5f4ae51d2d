package io.heliograph.transport.engine;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.wire.BthLayout;
import io.heliograph.transport.wire.FrameCheck;
import io.heliograph.transport.wire.IdentityLayout;
import io.heliograph.transport.wire.NackLayout;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.ProbeLayout;
import io.heliograph.transport.wire.SackLayout;
import org.jspecify.annotations.Nullable;

/** The way in for SACKs, NACKs and probes: believes those whose incarnations and PSN fit (R9.5), and moves the sending side. */
final class ControlReceiver {
    private final Peers peers;
    private final Transmitter transmitter;
    private final CompletionRings completions;
    private final Counters counters;
    private final FrameCheck frame;

    ControlReceiver(
            Peers peers, Transmitter transmitter, CompletionRings completions, Counters counters, FrameCheck frame) {
        this.peers = peers;
        this.transmitter = transmitter;
        this.completions = completions;
        this.counters = counters;
        this.frame = frame;
    }

    void onSack(long nowNs) {
        Peer peer = addressedPeer();
        if (peer == null || !believeSack(peer, nowNs)) {
            counters.increment(EndpointCounter.UNBELIEVED);
            return;
        }
        counters.increment(EndpointCounter.SACK_RECEIVED);
        peer.heard(nowNs);
        if (peer.remoteIncarnation() == Peer.UNKNOWN) {
            counters.increment(EndpointCounter.RELATIONS);
            peer.learn(IdentityLayout.sourceIncarnation(frame.identityAddress()));
        }
    }

    private boolean believeSack(Peer peer, long nowNs) {
        int source = IdentityLayout.sourceIncarnation(frame.identityAddress());
        long bth = frame.bthAddress();
        // R1.2: who is not known yet is learned only from the answer to a packet that was sent, and never if it is over
        // (R1.5).
        boolean credible = peer.remoteIncarnation() == Peer.UNKNOWN
                ? peer.isCurrent(source) && peer.outbound().flow().isOutstanding(BthLayout.psn(bth))
                : source == peer.remoteIncarnation();
        if (!credible) {
            return false;
        }
        int cumulativePsn = SackLayout.cumulativePsn(bth);
        int bitmapPsn = Psn.add(cumulativePsn, SackLayout.bitmapOffset(bth));
        Outbound outbound = peer.outbound();
        outbound.flow().onCause(BthLayout.psn(bth), SackLayout.reflectedEntropy(bth));
        return outbound.flow().onSack(cumulativePsn, bitmapPsn, SackLayout.bitmap(bth), nowNs, outbound);
    }

    void onNack(long nowNs) {
        Peer peer = addressedPeer();
        long bth = frame.bthAddress();
        int psn = BthLayout.psn(bth);
        if (peer == null || !peer.outbound().flow().isOutstanding(psn) || !believe(peer, bth, psn, nowNs)) {
            counters.increment(EndpointCounter.UNBELIEVED);
            return;
        }
        counters.increment(EndpointCounter.NACK_RECEIVED);
        peer.heard(nowNs);
    }

    /** Acts on a NACK for an outstanding packet; false if the rest of it does not fit. */
    private boolean believe(Peer peer, long bth, int psn, long nowNs) {
        SendFlow flow = peer.outbound().flow();
        int information = NackLayout.information(bth);
        int source = IdentityLayout.sourceIncarnation(frame.identityAddress());
        int reason = NackLayout.reason(bth);
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
                return flow.onTrimmed(psn, NackLayout.reflectedEntropy(bth));
            }
            case NackReason.STALE_SOURCE -> {
                return information - peer.localIncarnation() > 0 && restarted(peer, information);
            }
            case NackReason.NO_RESOURCE -> {
                long waitNs = Integer.toUnsignedLong(information) * 1000;
                flow.defer(
                        psn,
                        nowNs + (waitNs == 0 ? Tunables.NO_RESOURCE_WAIT_NS : Math.min(waitNs, Tunables.MAX_RTO_NS)));
            }
            case NackReason.PSN_OOR_WINDOW -> flow.defer(psn, nowNs + Tunables.NO_RESOURCE_WAIT_NS);
            default -> {
                int status = statusOf(reason);
                if (status == CompletionStatus.SUCCESS) {
                    return false;
                }
                OutboundMessage message = flow.messageOf(psn);
                flow.defer(psn, message.isVoid() ? nowNs + Tunables.NO_RESOURCE_WAIT_NS : nowNs);
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
        completions.putEvent(peer.number(), CompletionStatus.PEER_RESTARTED);
        return true;
    }

    void onProbe(long nowNs) {
        Peer peer = addressedPeer();
        if (peer == null || IdentityLayout.sourceIncarnation(frame.identityAddress()) != peer.remoteIncarnation()) {
            counters.increment(EndpointCounter.UNBELIEVED);
            return;
        }
        peer.heard(nowNs);
        if (!ProbeLayout.isAnswer(frame.bthAddress())) {
            transmitter.sendProbe(peer, true, ProbeLayout.nonce(frame.bthAddress()));
        }
    }

    /** The peer that the frame comes from, if the frame says who sent it and is meant for this node's incarnation in that relation. */
    private @Nullable Peer addressedPeer() {
        Peer peer = peers.find(frame.sourceHigh(), frame.sourceLow());
        boolean fits = peer != null
                && IdentityLayout.sourceIncarnation(frame.identityAddress()) != Peer.UNKNOWN
                && IdentityLayout.destinationIncarnation(frame.identityAddress()) == peer.localIncarnation();
        return fits ? peer : null;
    }
}

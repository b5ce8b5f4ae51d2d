package io.heliograph.transport.engine;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.memory.RegionTable;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.CheckedFrame;
import io.heliograph.transport.wire.IdentityLayout;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.RethLayout;
import org.jspecify.annotations.Nullable;

/** Which relation the data packet at hand is in: finds it, or begins it (R1); a packet that is in none is answered. */
final class Relations {
    private final Peers peers;
    private final Refusals refusals;
    private final Counters counters;
    private final CheckedFrame frame;
    private final long ownMac;

    Relations(Peers peers, Refusals refusals, Counters counters, CheckedFrame frame, long ownMac) {
        this.peers = peers;
        this.refusals = refusals;
        this.counters = counters;
        this.frame = frame;
        this.ownMac = ownMac;
    }

    /** R1.3: who sent the packet, known or new; or null if it is in no relation and was answered. */
    @Nullable
    Peer sender(RegionTable regions, long nowNs) {
        if (IdentityLayout.sourceIncarnation(frame.identityAddress()) == Peer.UNKNOWN) {
            counters.increment(EndpointCounter.MALFORMED);
            return null;
        }
        Peer peer = peers.find(frame.sourceHigh(), frame.sourceLow());
        return peer != null ? peer : stranger(regions, nowNs);
    }

    private @Nullable Peer stranger(RegionTable regions, long nowNs) {
        int destinationIncarnation = IdentityLayout.destinationIncarnation(frame.identityAddress());
        if (destinationIncarnation != Peer.UNKNOWN && destinationIncarnation != peers.incarnation()) {
            counters.increment(EndpointCounter.WRONG_DESTINATION);
            refusals.nackStranger(NackReason.WRONG_DESTINATION, 0);
            return null;
        }
        boolean isVoid = AinicLayout.isVoid(frame.bthAddress());
        if (destinationIncarnation == Peer.UNKNOWN && (isVoid || peers.isChallenging())) {
            counters.increment(EndpointCounter.CHALLENGED);
            refusals.nackStranger(NackReason.CHALLENGE, 0);
            return null;
        }
        int access = isVoid ? RegionAccess.OK : RegionAccess.check(regions, frame);
        if (access != RegionAccess.OK) {
            counters.increment(EndpointCounter.ACCESS_ERROR);
            refusals.nackStranger(access, RethLayout.key(frame.bthAddress()));
            return null;
        }
        Peer peer = peers.addStranger(frame.sourceHigh(), frame.sourceLow(), nowNs);
        if (peer == null) {
            counters.increment(EndpointCounter.STRANGERS_REFUSED);
            counters.increment(EndpointCounter.NO_RESOURCE);
            refusals.nackStranger(NackReason.NO_RESOURCE, 0);
        }
        return peer;
    }

    /** R1.4 to R1.9: whether the packet is in its sender's relation, or begins it; if not, it was answered. Under the peer's lock. */
    boolean contains(Lane lane, RegionTable regions, long nowNs) {
        Peer peer = lane.peer;
        int sourceIncarnation = IdentityLayout.sourceIncarnation(frame.identityAddress());
        int destinationIncarnation = IdentityLayout.destinationIncarnation(frame.identityAddress());
        if (!lane.isReachable()) {
            // Whoever delivered the frame also takes the answers.
            lane.reachableAt(ownMac, frame.sourceMac());
        }
        int known = peer.remoteIncarnation();
        boolean begins = sourceIncarnation != known;
        // The destination first: who knows another self of this node than the present one believes nothing else from
        // it.
        boolean meansThis = destinationIncarnation == Peer.UNKNOWN
                || destinationIncarnation == peer.localIncarnation()
                || begins && destinationIncarnation == peer.challengeIncarnation();
        if (!meansThis) {
            counters.increment(EndpointCounter.WRONG_DESTINATION);
            refusals.nack(lane, NackReason.WRONG_DESTINATION, 0, nowNs);
            return false;
        }
        if (!peer.isCurrent(sourceIncarnation)) {
            counters.increment(EndpointCounter.STALE_INCARNATION);
            refusals.nack(lane, NackReason.STALE_SOURCE, peer.earliestCurrent(), nowNs);
            return false;
        }
        return !begins || begin(lane, sourceIncarnation, destinationIncarnation, regions, nowNs);
    }

    private boolean begin(
            Lane lane, int sourceIncarnation, int destinationIncarnation, RegionTable regions, long nowNs) {
        Peer peer = lane.peer;
        if (destinationIncarnation == Peer.UNKNOWN && !mayBegin(lane, regions, nowNs)) {
            return false;
        }
        if (peer.remoteIncarnation() != Peer.UNKNOWN) {
            restarted(peer, sourceIncarnation, destinationIncarnation);
        }
        counters.increment(EndpointCounter.RELATIONS);
        peer.learn(sourceIncarnation);
        lane.reachableAt(ownMac, frame.sourceMac());
        return true;
    }

    /** R1.9: who shows neither a key nor an incarnation of this node changes nothing. */
    private boolean mayBegin(Lane lane, RegionTable regions, long nowNs) {
        if (AinicLayout.isVoid(frame.bthAddress())) {
            counters.increment(EndpointCounter.CHALLENGED);
            refusals.challenge(lane, nowNs);
            return false;
        }
        int access = RegionAccess.check(regions, frame);
        if (access != RegionAccess.OK) {
            counters.increment(EndpointCounter.ACCESS_ERROR);
            refusals.nack(lane, access, RethLayout.key(frame.bthAddress()), nowNs);
        }
        return access == RegionAccess.OK;
    }

    private void restarted(Peer peer, int sourceIncarnation, int destinationIncarnation) {
        counters.increment(EndpointCounter.PEERS_RESTARTED);
        // What its former self acknowledged is never sent again, and its new self would wait for it in vain.
        boolean outboundIsNew = !peer.outbound().anyAcknowledged();
        if (destinationIncarnation == peer.localIncarnation() && outboundIsNew) {
            peer.restartInbound(sourceIncarnation);
        } else {
            peer.endRelation(CompletionStatus.PEER_RESTARTED, peer.localIncarnation());
        }
    }
}

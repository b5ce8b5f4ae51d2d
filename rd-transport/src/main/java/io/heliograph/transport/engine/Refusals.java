package io.heliograph.transport.engine;

import io.heliograph.transport.Tunables;
import io.heliograph.transport.path.PermittedPaths;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.BthLayout;
import io.heliograph.transport.wire.CheckedFrame;
import io.heliograph.transport.wire.IdentityLayout;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.PeerHeader;

/** The NACKs for the data packet at hand: to a peer, or to a node without a relation. */
final class Refusals {
    private final Peers peers;
    private final Transmitter transmitter;
    private final CheckedFrame frame;
    /** For nodes without a relation, as are the paths. */
    private final PeerHeader strangersHeader;

    private final PermittedPaths strangersPaths;
    private final long ownMac;
    private int strangersPath = Tunables.ENTROPY_BASE;

    Refusals(
            Peers peers,
            Transmitter transmitter,
            CheckedFrame frame,
            PeerHeader strangersHeader,
            PermittedPaths strangersPaths,
            long ownMac) {
        this.peers = peers;
        this.transmitter = transmitter;
        this.frame = frame;
        this.strangersHeader = strangersHeader;
        this.strangersPaths = strangersPaths;
        this.ownMac = ownMac;
    }

    void nack(Lane lane, int reason, int information, long nowNs) {
        int path = lane.paths().nextEntropy(nowNs);
        send(lane.header, path, lane.peer.localIncarnation(), reason, information);
    }

    /** R1.9: names the incarnation that this node would have. */
    void challenge(Lane lane, long nowNs) {
        int path = lane.paths().nextEntropy(nowNs);
        send(lane.header, path, lane.peer.challengeIncarnation(), NackReason.CHALLENGE, 0);
    }

    void nackStranger(int reason, int information) {
        strangersPath = strangersPaths.after(strangersPath);
        sendBack(strangersPath, peers.incarnation(), reason, information);
    }

    /** R9.3: to a peer, by a path that is permitted to it, about a relation that has not begun. */
    void nackTrimmedFirst(Lane lane, int ownIncarnation, long nowNs) {
        sendBack(lane.paths().nextEntropy(nowNs), ownIncarnation, NackReason.TRIMMED, 0);
    }

    /** To where the frame came from, which is all that is believed of it. */
    private void sendBack(int path, int ownIncarnation, int reason, int information) {
        strangersHeader.retarget(ownMac, frame.sourceMac(), frame.sourceHigh(), frame.sourceLow());
        send(strangersHeader, path, ownIncarnation, reason, information);
    }

    private void send(PeerHeader header, int path, int localIncarnation, int reason, int information) {
        long bth = frame.bthAddress();
        transmitter.sendNack(
                header,
                path,
                localIncarnation,
                IdentityLayout.sourceIncarnation(frame.identityAddress()),
                IdentityLayout.sourceQp(frame.identityAddress()),
                BthLayout.psn(bth),
                reason,
                frame.entropy(),
                AinicLayout.msn(bth),
                information);
    }
}

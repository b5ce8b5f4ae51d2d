package io.heliograph.transport.engine;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.memory.RegionTable;
import io.heliograph.transport.path.PermittedPaths;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.BthLayout;
import io.heliograph.transport.wire.FrameCheck;
import io.heliograph.transport.wire.IdentityLayout;
import io.heliograph.transport.wire.ImmDtLayout;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.Opcode;
import io.heliograph.transport.wire.PeerHeader;
import io.heliograph.transport.wire.QueuePair;
import io.heliograph.transport.wire.RethLayout;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** The way in for data packets: relation, sequence number, message, key, bounds, slot; then places the bytes and notes what to acknowledge. */
final class DataReceiver {
    /** R8 passed. */
    private static final int ACCESS_OK = 0;

    private final int engine;
    private final Peers peers;
    private final Home home;
    private final Transmitter transmitter;
    private final Counters counters;
    private final FrameCheck frame;
    /** For refusals to nodes without a relation. */
    private final PeerHeader replyHeader;

    private final long ownMac;
    /** Flows with something to acknowledge at the end of the duty cycle. */
    private final ArrayList<ReceiveFlow> toAcknowledge = new ArrayList<>();
    /** For refusals to nodes without a relation. */
    private final PermittedPaths permittedPaths;

    private int strangersPath = Tunables.ENTROPY_BASE;
    /** When the packet at hand came. */
    private long nowNs;

    DataReceiver(
            int engine,
            Peers peers,
            Home home,
            Transmitter transmitter,
            Counters counters,
            FrameCheck frame,
            PeerHeader replyHeader,
            long ownMac,
            PermittedPaths permittedPaths) {
        this.engine = engine;
        this.peers = peers;
        this.home = home;
        this.transmitter = transmitter;
        this.counters = counters;
        this.frame = frame;
        this.replyHeader = replyHeader;
        this.ownMac = ownMac;
        this.permittedPaths = permittedPaths;
    }

    /** Takes the data packet in {@code frame}; returns the peer, as this engine sees it, that must be served from now on, or null. */
    @Nullable
    Lane onData(RegionTable regions, long atNs) {
        nowNs = atNs;
        long bth = frame.bthAddress();
        int sourceQp = IdentityLayout.sourceQp(frame.identityAddress());
        Peer peer = sender(bth, regions);
        if (peer == null) {
            return null;
        }
        Lane lane = peer.lane(engine);
        ReceiveFlow flow;
        peer.lock();
        try {
            if (peer.isEvicted() || !isInRelation(lane, bth, regions)) {
                return null;
            }
            lane.sync(nowNs);
            peer.heard(nowNs);
            flow = lane.receiveFlow(QueuePair.engine(sourceQp));
            if (!admit(flow, bth, QueuePair.queue(sourceQp), regions)) {
                return lane;
            }
        } finally {
            peer.unlock();
        }
        int payloadBytes = frame.payloadLength();
        NativeMemory.copy(frame.payloadAddress(), RethLayout.virtualAddress(bth), payloadBytes);
        peer.lock();
        try {
            accept(flow, bth, QueuePair.queue(sourceQp), payloadBytes);
        } finally {
            peer.unlock();
        }
        return lane;
    }

    /** R9.3: asks for a trimmed packet again, if everything it says fits; it changes nothing here. */
    void onTrimmed(long atNs) {
        nowNs = atNs;
        counters.increment(EndpointCounter.TRIMMED);
        Peer peer = peers.find(frame.sourceHigh(), frame.sourceLow());
        if (peer == null) {
            return;
        }
        long bth = frame.bthAddress();
        long identity = frame.identityAddress();
        int destinationIncarnation = IdentityLayout.destinationIncarnation(identity);
        peer.lock();
        try {
            Lane lane = peer.lane(engine);
            lane.sync(nowNs);
            boolean fits = peer.remoteIncarnation() != Peer.UNKNOWN
                    && IdentityLayout.sourceIncarnation(identity) == peer.remoteIncarnation()
                    && (destinationIncarnation == peer.localIncarnation() || destinationIncarnation == Peer.UNKNOWN);
            int sourceEngine = QueuePair.engine(IdentityLayout.sourceQp(identity));
            if (fits && lane.classifyUnverified(sourceEngine, BthLayout.psn(bth)) == ReceiveFlow.NEW) {
                nack(lane, bth, NackReason.TRIMMED, 0);
            }
        } finally {
            peer.unlock();
        }
    }

    /** R1.3: who sent the packet, known or new; or null if it is in no relation and was answered. */
    private @Nullable Peer sender(long bth, RegionTable regions) {
        if (IdentityLayout.sourceIncarnation(frame.identityAddress()) == Peer.UNKNOWN) {
            counters.increment(EndpointCounter.MALFORMED);
            return null;
        }
        Peer peer = peers.find(frame.sourceHigh(), frame.sourceLow());
        return peer != null ? peer : stranger(bth, regions);
    }

    private @Nullable Peer stranger(long bth, RegionTable regions) {
        int destinationIncarnation = IdentityLayout.destinationIncarnation(frame.identityAddress());
        if (destinationIncarnation != Peer.UNKNOWN && destinationIncarnation != peers.incarnation()) {
            counters.increment(EndpointCounter.WRONG_DESTINATION);
            nackStranger(bth, NackReason.WRONG_DESTINATION, 0);
            return null;
        }
        if (destinationIncarnation == Peer.UNKNOWN && (isVoid(bth) || peers.isChallenging())) {
            counters.increment(EndpointCounter.CHALLENGED);
            nackStranger(bth, NackReason.CHALLENGE, 0);
            return null;
        }
        int access = isVoid(bth) ? ACCESS_OK : access(regions, bth);
        if (access != ACCESS_OK) {
            counters.increment(EndpointCounter.ACCESS_ERROR);
            nackStranger(bth, access, RethLayout.key(bth));
            return null;
        }
        Peer peer = peers.addStranger(frame.sourceHigh(), frame.sourceLow(), nowNs);
        if (peer == null) {
            counters.increment(EndpointCounter.NO_RESOURCE);
            nackStranger(bth, NackReason.NO_RESOURCE, 0);
        }
        return peer;
    }

    /** R1.4 to R1.9: whether the packet is in the peer's relation, or begins it; if not, it was answered. */
    private boolean isInRelation(Lane lane, long bth, RegionTable regions) {
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
            nack(lane, bth, NackReason.WRONG_DESTINATION, 0);
            return false;
        }
        if (!peer.isCurrent(sourceIncarnation)) {
            counters.increment(EndpointCounter.STALE_INCARNATION);
            nack(lane, bth, NackReason.STALE_SOURCE, peer.earliestCurrent());
            return false;
        }
        if (begins) {
            if (destinationIncarnation == Peer.UNKNOWN && !mayBegin(lane, bth, regions)) {
                return false;
            }
            if (known != Peer.UNKNOWN) {
                restarted(peer, sourceIncarnation, destinationIncarnation);
            }
            counters.increment(EndpointCounter.RELATIONS);
            peer.learn(sourceIncarnation);
            lane.reachableAt(ownMac, frame.sourceMac());
        }
        return true;
    }

    /** R1.9: who shows neither a key nor an incarnation of this node changes nothing. */
    private boolean mayBegin(Lane lane, long bth, RegionTable regions) {
        if (isVoid(bth)) {
            counters.increment(EndpointCounter.CHALLENGED);
            sendNack(
                    lane.header,
                    lane.paths().nextEntropy(nowNs),
                    lane.peer.challengeIncarnation(),
                    bth,
                    NackReason.CHALLENGE,
                    0);
            return false;
        }
        int access = access(regions, bth);
        if (access != ACCESS_OK) {
            counters.increment(EndpointCounter.ACCESS_ERROR);
            nack(lane, bth, access, RethLayout.key(bth));
        }
        return access == ACCESS_OK;
    }

    private void restarted(Peer peer, int sourceIncarnation, int destinationIncarnation) {
        counters.increment(EndpointCounter.PEERS_RESTARTED);
        // What its former self acknowledged is never sent again, and its new self would wait for it in vain.
        boolean outboundIsNew = !peer.outbound().anyAcknowledged();
        if (destinationIncarnation == peer.localIncarnation() && outboundIsNew) {
            peer.restartInbound(sourceIncarnation);
        } else {
            peer.endRelation(CompletionStatus.PEER_RESTARTED, peer.localIncarnation());
            home.rings(0).putEvent(peer.number(), CompletionStatus.PEER_RESTARTED);
        }
    }

    /** R4, R7, R8: whether a packet may touch memory; if not, it was acknowledged again or refused. */
    private boolean admit(ReceiveFlow flow, long bth, int sourceQueue, RegionTable regions) {
        int psn = BthLayout.psn(bth);
        int verdict = flow.classify(psn);
        if (verdict == ReceiveFlow.DUPLICATE) {
            counters.increment(EndpointCounter.DUPLICATE);
            noteAcknowledgement(flow, psn, sourceQueue);
            return false;
        }
        if (verdict == ReceiveFlow.BEYOND) {
            counters.increment(EndpointCounter.OUT_OF_WINDOW);
            nack(flow.lane, bth, NackReason.PSN_OOR_WINDOW, flow.cumulativePsn());
            return false;
        }
        return mayPlace(flow.lane, bth, sourceQueue, regions);
    }

    private boolean mayPlace(Lane lane, long bth, int sourceQueue, RegionTable regions) {
        if (!lane.peer.isSettled(engine)) {
            return refuseForNow(lane, bth);
        }
        InboundQueue queue = lane.peer.inbound().queue(sourceQueue);
        int msn = AinicLayout.msn(bth);
        int verdict = queue == null ? InboundQueue.NO_ROOM : check(queue, bth);
        if (queue == null || verdict != InboundQueue.OK) {
            refuse(lane, bth, verdict, queue == null ? 0 : queue.knownPackets(msn));
            return false;
        }
        if (isVoid(bth)) {
            return true;
        }
        int access = access(regions, bth);
        if (access != ACCESS_OK) {
            counters.increment(EndpointCounter.ACCESS_ERROR);
            nack(lane, bth, access, RethLayout.key(bth));
            return false;
        }
        boolean withImmediate = BthLayout.opcode(bth) == Opcode.WRITE_IMMEDIATE;
        return !withImmediate || home.rings(sourceQueue).slotFree() || refuseForNow(lane, bth);
    }

    private boolean refuseForNow(Lane lane, long bth) {
        counters.increment(EndpointCounter.NO_RESOURCE);
        nack(lane, bth, NackReason.NO_RESOURCE, 0);
        return false;
    }

    private static int check(InboundQueue queue, long bth) {
        int covered = isVoid(bth) ? RethLayout.key(bth) : 1;
        return queue.check(AinicLayout.msn(bth), AinicLayout.messagePackets(bth), covered);
    }

    private static boolean isVoid(long bth) {
        return (AinicLayout.flags(bth) & AinicLayout.VOID) != 0;
    }

    /** R4.2, R5: counts a placed packet. Meanwhile another engine, if there is one, may have ended the relation, or a hostile peer the message: then it never was. */
    private void accept(ReceiveFlow flow, long bth, int sourceQueue, int payloadBytes) {
        Peer peer = flow.lane.peer;
        int psn = BthLayout.psn(bth);
        InboundQueue queue = peer.inbound().queue(sourceQueue);
        if (flow.inbound != peer.inbound()
                || queue == null
                || peer.isShared() && check(queue, bth) != InboundQueue.OK) {
            return;
        }
        int msn = AinicLayout.msn(bth);
        int count = AinicLayout.messagePackets(bth);
        int change;
        if (isVoid(bth)) {
            change = queue.acceptVoid(msn, count, RethLayout.key(bth), (int) RethLayout.virtualAddress(bth));
        } else if (BthLayout.opcode(bth) == Opcode.WRITE_IMMEDIATE) {
            boolean fenced = (AinicLayout.flags(bth) & AinicLayout.FENCED) != 0;
            change = queue.acceptImmediate(msn, count, payloadBytes, ImmDtLayout.immediate(bth), fenced);
        } else {
            change = queue.accept(msn, count, payloadBytes);
        }
        flow.accept(psn);
        peer.received();
        if (!isVoid(bth)) {
            peer.proven();
        }
        counters.increment(EndpointCounter.DATA_ACCEPTED);
        counters.add(EndpointCounter.PAYLOAD_BYTES_PLACED, payloadBytes);
        peer.inbound().addPartial(change);
        if (queue.hasReady() && !queue.isWaitingForSlot() && !fire(queue)) {
            queue.waitingForSlot(true);
            home.rings(sourceQueue).addWaiting(queue);
        }
        noteAcknowledgement(flow, psn, sourceQueue);
    }

    private void noteAcknowledgement(ReceiveFlow flow, int psn, int sourceQueue) {
        if (flow.noteAcknowledgement(psn, frame.entropy(), sourceQueue)) {
            toAcknowledge.add(flow);
        }
    }

    private void refuse(Lane lane, long bth, int verdict, int knownPackets) {
        switch (verdict) {
            case InboundQueue.COMPLETE -> counters.increment(EndpointCounter.STALE_MESSAGE);
            case InboundQueue.NO_ROOM -> refuseForNow(lane, bth);
            default -> {
                counters.increment(EndpointCounter.ACCESS_ERROR);
                nack(lane, bth, NackReason.BAD_MESSAGE, knownPackets);
            }
        }
    }

    /** R8.1: {@link #ACCESS_OK} or the reason to refuse. */
    private int access(RegionTable regions, long bth) {
        int slot = regions.find(RethLayout.key(bth));
        if (slot == RegionTable.NONE) {
            return NackReason.BAD_KEY;
        }
        if ((regions.access(slot) & MemoryRegion.REMOTE_WRITE) == 0) {
            return NackReason.NO_PERMISSION;
        }
        boolean within = regions.contains(slot, RethLayout.virtualAddress(bth), frame.payloadLength());
        return within ? ACCESS_OK : NackReason.OUT_OF_BOUNDS;
    }

    private boolean fire(InboundQueue queue) {
        CompletionRings rings = home.rings(queue.queue);
        while (queue.hasReady()) {
            boolean fired = rings.offerImmediate(
                    queue.peer.number(), queue.queue, queue.readyImmediate(), queue.readyLengthBytes());
            if (!fired) {
                return false;
            }
            queue.fired();
        }
        return true;
    }

    /** Whether something can be done though nothing arrives: acknowledgements that the port kept back, and a slot that came free. */
    boolean hasWork() {
        return !toAcknowledge.isEmpty() || home.ringsOfEngine(engine).canServeWaiting();
    }

    /** Fires what waited for slots (R7.2), the longest first; returns how many queues it served. */
    int fireWaiting() {
        CompletionRings rings = home.ringsOfEngine(engine);
        int served = 0;
        for (InboundQueue queue = rings.takeWaiting(); queue != null; queue = rings.takeWaiting()) {
            queue.peer.lock();
            if (fire(queue)) {
                queue.waitingForSlot(false);
            } else {
                rings.putBackWaiting(queue);
            }
            queue.peer.unlock();
            served++;
        }
        return served;
    }

    /** Sends the acknowledgements that are due, as far as the port takes them (R6.4, R6.5); returns how many. */
    int acknowledge(long atNs) {
        int sent = 0;
        while (!toAcknowledge.isEmpty()) {
            ReceiveFlow flow = toAcknowledge.getLast();
            Peer peer = flow.lane.peer;
            peer.lock();
            try {
                while (flow.inbound == peer.inbound() && flow.acknowledgementDue()) {
                    if (transmitter.isBackedUp()) {
                        return sent;
                    }
                    int bitmapPsn = flow.nextBitmapPsn();
                    transmitter.sendSack(flow, bitmapPsn, atNs);
                    flow.acknowledged(bitmapPsn);
                    sent++;
                }
            } finally {
                peer.unlock();
            }
            toAcknowledge.removeLast();
        }
        return sent;
    }

    private void nack(Lane lane, long bth, int reason, int information) {
        int path = lane.paths().nextEntropy(nowNs);
        sendNack(lane.header, path, lane.peer.localIncarnation(), bth, reason, information);
    }

    private void nackStranger(long bth, int reason, int information) {
        replyHeader.retarget(ownMac, frame.sourceMac(), frame.sourceHigh(), frame.sourceLow());
        strangersPath = permittedPaths.after(strangersPath);
        sendNack(replyHeader, strangersPath, peers.incarnation(), bth, reason, information);
    }

    private void sendNack(PeerHeader header, int path, int localIncarnation, long bth, int reason, int information) {
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

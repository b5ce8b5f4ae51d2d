package io.heliograph.transport.engine;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.memory.RegionTable;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** The way in for data packets: relation, sequence number, message, key, bounds, slot; then places the bytes and notes what to acknowledge. */
final class DataReceiver {
    /** R8 passed. */
    private static final int ACCESS_OK = 0;

    private final EndpointConfig config;
    private final Peers peers;
    private final Transmitter transmitter;
    private final CompletionRings completions;
    private final Counters counters;
    private final FrameCheck frame;
    /** For refusals to nodes without a relation. */
    private final PeerHeader replyHeader;

    private final long ownMac;
    /** Flows with something to acknowledge at the end of the duty cycle. */
    private final ArrayList<ReceiveFlow> toAcknowledge = new ArrayList<>();
    /** Queues whose immediates wait for a slot (R7.2). */
    private final ArrayDeque<InboundQueue> toFire = new ArrayDeque<>();

    DataReceiver(
            EndpointConfig config,
            Peers peers,
            Transmitter transmitter,
            CompletionRings completions,
            Counters counters,
            FrameCheck frame,
            PeerHeader replyHeader,
            long ownMac) {
        this.config = config;
        this.peers = peers;
        this.transmitter = transmitter;
        this.completions = completions;
        this.counters = counters;
        this.frame = frame;
        this.replyHeader = replyHeader;
        this.ownMac = ownMac;
    }

    /** Takes the data packet in {@code frame}; returns the peer that must be served from now on, or null. */
    @Nullable
    Peer onData(RegionTable regions, long nowNs) {
        long bth = frame.bthAddress();
        int sourceIncarnation = IdentityLayout.sourceIncarnation(frame.identityAddress());
        int destinationIncarnation = IdentityLayout.destinationIncarnation(frame.identityAddress());
        Peer peer = relation(bth, sourceIncarnation, destinationIncarnation);
        if (peer == null) {
            return null;
        }
        peer.heard(nowNs);
        int sourceQp = IdentityLayout.sourceQp(frame.identityAddress());
        int psn = BthLayout.psn(bth);
        ReceiveFlow flow = peer.inbound().flow(QueuePair.engine(sourceQp));
        int verdict = flow.classify(psn);
        if (verdict == ReceiveFlow.NEW) {
            if (!accept(peer, bth, QueuePair.queue(sourceQp), regions)) {
                return peer;
            }
            flow.accept(psn);
            counters.increment(EndpointCounter.DATA_ACCEPTED);
        } else if (verdict == ReceiveFlow.BEYOND) {
            counters.increment(EndpointCounter.OUT_OF_WINDOW);
            nack(peer, bth, NackReason.PSN_OOR_WINDOW, flow.cumulativePsn());
            return peer;
        } else {
            counters.increment(EndpointCounter.DUPLICATE);
        }
        if (flow.noteAcknowledgement(psn, frame.entropy(), QueuePair.queue(sourceQp))) {
            toAcknowledge.add(flow);
        }
        return peer;
    }

    /** R9.3: asks for a trimmed packet again, if everything it says fits; it changes nothing here. */
    void onTrimmed() {
        counters.increment(EndpointCounter.TRIMMED);
        Peer peer = peers.find(frame.sourceHigh(), frame.sourceLow());
        if (peer == null) {
            return;
        }
        long bth = frame.bthAddress();
        long identity = frame.identityAddress();
        int destinationIncarnation = IdentityLayout.destinationIncarnation(identity);
        boolean fits = peer.remoteIncarnation() != Peer.UNKNOWN
                && IdentityLayout.sourceIncarnation(identity) == peer.remoteIncarnation()
                && (destinationIncarnation == peer.localIncarnation() || destinationIncarnation == Peer.UNKNOWN);
        int sourceEngine = QueuePair.engine(IdentityLayout.sourceQp(identity));
        if (fits && peer.inbound().classifyUnverified(sourceEngine, BthLayout.psn(bth)) == ReceiveFlow.NEW) {
            nack(peer, bth, NackReason.TRIMMED, 0);
        }
    }

    /** R1.3 to R1.7: the peer in whose relation the packet is, or null if it is in none and was answered. */
    private @Nullable Peer relation(long bth, int sourceIncarnation, int destinationIncarnation) {
        Peer peer = peers.find(frame.sourceHigh(), frame.sourceLow());
        if (sourceIncarnation == Peer.UNKNOWN) {
            counters.increment(EndpointCounter.MALFORMED);
            return null;
        }
        if (peer == null) {
            return begin(bth, sourceIncarnation, destinationIncarnation);
        }
        if (!peer.isReachable()) {
            // Whoever delivered the frame also takes the answers.
            peer.reachableAt(ownMac, frame.sourceMac());
        }
        // The destination first: who knows another self of this node than the present one believes nothing else from
        // it.
        if (destinationIncarnation != Peer.UNKNOWN && destinationIncarnation != peer.localIncarnation()) {
            counters.increment(EndpointCounter.WRONG_DESTINATION);
            nack(peer, bth, NackReason.WRONG_DESTINATION, 0);
            return null;
        }
        if (!peer.isCurrent(sourceIncarnation)) {
            counters.increment(EndpointCounter.STALE_INCARNATION);
            nack(peer, bth, NackReason.STALE_SOURCE, peer.earliestCurrent());
            return null;
        }
        int known = peer.remoteIncarnation();
        if (sourceIncarnation != known) {
            if (known != Peer.UNKNOWN) {
                restarted(peer, sourceIncarnation, destinationIncarnation);
            }
            learn(peer, sourceIncarnation);
        }
        return peer;
    }

    private @Nullable Peer begin(long bth, int sourceIncarnation, int destinationIncarnation) {
        if (destinationIncarnation != Peer.UNKNOWN) {
            counters.increment(EndpointCounter.WRONG_DESTINATION);
            nackStranger(bth, sourceIncarnation, NackReason.WRONG_DESTINATION);
            return null;
        }
        int number = peers.add(new IpAddress(frame.sourceHigh(), frame.sourceLow()), null);
        if (number < 0) {
            counters.increment(EndpointCounter.NO_RESOURCE);
            nackStranger(bth, sourceIncarnation, NackReason.NO_RESOURCE);
            return null;
        }
        Peer peer = peers.get(number);
        learn(peer, sourceIncarnation);
        return peer;
    }

    private void learn(Peer peer, int incarnation) {
        counters.increment(EndpointCounter.RELATIONS);
        peer.learn(incarnation);
        peer.reachableAt(ownMac, frame.sourceMac());
    }

    private void restarted(Peer peer, int sourceIncarnation, int destinationIncarnation) {
        counters.increment(EndpointCounter.PEERS_RESTARTED);
        // What its former self acknowledged is never sent again, and its new self would wait for it in vain.
        boolean outboundIsNew = !peer.outbound().flow().anyAcknowledged();
        if (destinationIncarnation == peer.localIncarnation() && outboundIsNew) {
            peer.restartInbound(sourceIncarnation);
        } else {
            peer.endRelation(CompletionStatus.PEER_RESTARTED, peer.localIncarnation());
            completions.putEvent(peer.number(), CompletionStatus.PEER_RESTARTED);
        }
    }

    /** R4.2, R4.3, R7, R8: counts and places a packet with a new PSN, or refuses it. */
    private boolean accept(Peer peer, long bth, int sourceQueue, RegionTable regions) {
        int flags = AinicLayout.flags(bth);
        int count = AinicLayout.messagePackets(bth);
        int msn = AinicLayout.msn(bth);
        boolean isVoid = (flags & AinicLayout.VOID) != 0;
        int covered = isVoid ? RethLayout.key(bth) : 1;
        InboundQueue queue = peer.inbound().queue(sourceQueue);
        int verdict = queue == null ? InboundQueue.NO_ROOM : queue.check(msn, count, covered);
        if (queue == null || verdict != InboundQueue.OK) {
            refuse(peer, bth, verdict, queue == null ? 0 : queue.knownPackets(msn));
            return false;
        }
        int change;
        if (isVoid) {
            change = queue.acceptVoid(msn, count, covered, (int) RethLayout.virtualAddress(bth));
        } else {
            int access = access(regions, bth);
            if (access != ACCESS_OK) {
                counters.increment(EndpointCounter.ACCESS_ERROR);
                nack(peer, bth, access, RethLayout.key(bth));
                return false;
            }
            boolean withImmediate = BthLayout.opcode(bth) == Opcode.WRITE_IMMEDIATE;
            if (withImmediate && !completions.slotFree()) {
                counters.increment(EndpointCounter.NO_RESOURCE);
                nack(peer, bth, NackReason.NO_RESOURCE, 0);
                return false;
            }
            int payloadBytes = frame.payloadLength();
            NativeMemory.copy(frame.payloadAddress(), RethLayout.virtualAddress(bth), payloadBytes);
            counters.add(EndpointCounter.PAYLOAD_BYTES_PLACED, payloadBytes);
            change = withImmediate
                    ? queue.acceptImmediate(
                            msn, count, payloadBytes, ImmDtLayout.immediate(bth), (flags & AinicLayout.FENCED) != 0)
                    : queue.accept(msn, count, payloadBytes);
        }
        peer.inbound().addPartial(change);
        if (queue.hasReady() && !queue.isWaitingForSlot() && !fire(queue)) {
            queue.waitingForSlot(true);
            toFire.add(queue);
        }
        return true;
    }

    private void refuse(Peer peer, long bth, int verdict, int knownPackets) {
        switch (verdict) {
            case InboundQueue.COMPLETE -> counters.increment(EndpointCounter.STALE_MESSAGE);
            case InboundQueue.NO_ROOM -> {
                counters.increment(EndpointCounter.NO_RESOURCE);
                nack(peer, bth, NackReason.NO_RESOURCE, 0);
            }
            default -> {
                counters.increment(EndpointCounter.ACCESS_ERROR);
                nack(peer, bth, NackReason.BAD_MESSAGE, knownPackets);
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
        while (queue.hasReady()) {
            if (!completions.slotFree()) {
                return false;
            }
            completions.putImmediate(
                    queue.peer.number(), queue.queue, queue.readyImmediate(), queue.readyLengthBytes());
            queue.fired();
        }
        return true;
    }

    /** Whether something can be done though nothing arrives: acknowledgements that the port kept back, and a slot that came free. */
    boolean hasWork() {
        return !toAcknowledge.isEmpty() || !toFire.isEmpty() && completions.slotFree();
    }

    /** Fires what waited for slots (R7.2), the longest first; returns how many queues it served. */
    int fireWaiting() {
        int served = 0;
        while (!toFire.isEmpty() && completions.slotFree()) {
            InboundQueue queue = toFire.getFirst();
            if (fire(queue)) {
                queue.waitingForSlot(false);
                toFire.removeFirst();
            }
            served++;
        }
        return served;
    }

    /** Sends the acknowledgements that are due, as far as the port takes them (R6.4, R6.5); returns how many. */
    int acknowledge() {
        int sent = 0;
        while (!toAcknowledge.isEmpty()) {
            ReceiveFlow flow = toAcknowledge.getLast();
            while (flow.acknowledgementDue()) {
                if (transmitter.isBackedUp()) {
                    return sent;
                }
                int bitmapPsn = flow.nextBitmapPsn();
                transmitter.sendSack(flow, bitmapPsn);
                flow.acknowledged(bitmapPsn);
                sent++;
            }
            toAcknowledge.removeLast();
        }
        return sent;
    }

    private void nack(Peer peer, long bth, int reason, int information) {
        sendNack(
                peer.header(),
                peer.localIncarnation(),
                IdentityLayout.sourceIncarnation(frame.identityAddress()),
                bth,
                reason,
                information);
    }

    private void nackStranger(long bth, int sourceIncarnation, int reason) {
        replyHeader.retarget(ownMac, frame.sourceMac(), frame.sourceHigh(), frame.sourceLow());
        sendNack(replyHeader, config.incarnation(), sourceIncarnation, bth, reason, 0);
    }

    private void sendNack(
            PeerHeader header,
            int localIncarnation,
            int destinationIncarnation,
            long bth,
            int reason,
            int information) {
        transmitter.sendNack(
                header,
                localIncarnation,
                destinationIncarnation,
                IdentityLayout.sourceQp(frame.identityAddress()),
                BthLayout.psn(bth),
                reason,
                frame.entropy(),
                AinicLayout.msn(bth),
                information);
    }
}

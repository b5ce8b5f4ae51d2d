package io.heliograph.transport.engine;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.memory.RegionTable;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.BthLayout;
import io.heliograph.transport.wire.FrameCheck;
import io.heliograph.transport.wire.IdentityLayout;
import io.heliograph.transport.wire.ImmDtLayout;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.Opcode;
import io.heliograph.transport.wire.QueuePair;
import io.heliograph.transport.wire.RethLayout;
import org.jspecify.annotations.Nullable;

/** The way in for data packets: relation, sequence number, message, key, bounds, slot; then places the bytes, and fires immediates. */
final class DataReceiver {
    private final int engine;
    private final Peers peers;
    private final Home home;
    private final Relations relations;
    private final Refusals refusals;
    private final Acknowledger acknowledger;
    private final Counters counters;
    private final FrameCheck frame;
    /** When the packet at hand came. */
    private long nowNs;

    DataReceiver(
            int engine,
            Peers peers,
            Home home,
            Relations relations,
            Refusals refusals,
            Acknowledger acknowledger,
            Counters counters,
            FrameCheck frame) {
        this.engine = engine;
        this.peers = peers;
        this.home = home;
        this.relations = relations;
        this.refusals = refusals;
        this.acknowledger = acknowledger;
        this.counters = counters;
        this.frame = frame;
    }

    /** Takes the data packet in {@code frame}; returns the peer, as this engine sees it, that must be served from now on, or null. */
    @Nullable
    Lane onData(RegionTable regions, long atNs) {
        nowNs = atNs;
        Peer peer = relations.sender(regions, nowNs);
        if (peer == null) {
            return null;
        }
        long bth = frame.bthAddress();
        int sourceQp = IdentityLayout.sourceQp(frame.identityAddress());
        Lane lane = peer.lane(engine);
        ReceiveFlow flow;
        peer.lock();
        try {
            if (peer.isEvicted() || !relations.contains(lane, regions, nowNs)) {
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
        counters.increment(EndpointCounter.TRIMMED);
        Peer peer = peers.find(frame.sourceHigh(), frame.sourceLow());
        if (peer == null) {
            return;
        }
        long identity = frame.identityAddress();
        int destinationIncarnation = IdentityLayout.destinationIncarnation(identity);
        peer.lock();
        try {
            Lane lane = peer.lane(engine);
            lane.sync(atNs);
            boolean fits = peer.remoteIncarnation() != Peer.UNKNOWN
                    && IdentityLayout.sourceIncarnation(identity) == peer.remoteIncarnation()
                    && (destinationIncarnation == peer.localIncarnation() || destinationIncarnation == Peer.UNKNOWN);
            int sourceEngine = QueuePair.engine(IdentityLayout.sourceQp(identity));
            int psn = BthLayout.psn(frame.bthAddress());
            if (fits && lane.classifyUnverified(sourceEngine, psn) == ReceiveFlow.NEW) {
                refusals.nack(lane, NackReason.TRIMMED, 0, atNs);
            }
        } finally {
            peer.unlock();
        }
    }

    /** R4, R7, R8: whether a packet may touch memory; if not, it was acknowledged again or refused. */
    private boolean admit(ReceiveFlow flow, long bth, int sourceQueue, RegionTable regions) {
        int psn = BthLayout.psn(bth);
        int verdict = flow.classify(psn);
        if (verdict == ReceiveFlow.DUPLICATE) {
            counters.increment(EndpointCounter.DUPLICATE);
            acknowledger.note(flow, psn, frame.entropy(), sourceQueue);
            return false;
        }
        if (verdict == ReceiveFlow.BEYOND) {
            counters.increment(EndpointCounter.OUT_OF_WINDOW);
            refusals.nack(flow.lane, NackReason.PSN_OOR_WINDOW, flow.cumulativePsn(), nowNs);
            return false;
        }
        return mayPlace(flow.lane, bth, sourceQueue, regions);
    }

    private boolean mayPlace(Lane lane, long bth, int sourceQueue, RegionTable regions) {
        if (!lane.peer.isSettled(engine)) {
            return refuseForNow(lane);
        }
        InboundQueue queue = lane.peer.inbound().queue(sourceQueue);
        int msn = AinicLayout.msn(bth);
        int verdict = queue == null ? InboundQueue.NO_ROOM : check(queue, bth);
        if (queue == null || verdict != InboundQueue.OK) {
            refuse(lane, verdict, queue == null ? 0 : queue.knownPackets(msn));
            return false;
        }
        if (AinicLayout.isVoid(bth)) {
            return true;
        }
        int access = RegionAccess.check(regions, frame);
        if (access != RegionAccess.OK) {
            counters.increment(EndpointCounter.ACCESS_ERROR);
            refusals.nack(lane, access, RethLayout.key(bth), nowNs);
            return false;
        }
        boolean withImmediate = BthLayout.opcode(bth) == Opcode.WRITE_IMMEDIATE;
        return !withImmediate || home.rings(sourceQueue).slotFree() || refuseForNow(lane);
    }

    private boolean refuseForNow(Lane lane) {
        counters.increment(EndpointCounter.NO_RESOURCE);
        refusals.nack(lane, NackReason.NO_RESOURCE, 0, nowNs);
        return false;
    }

    private static int check(InboundQueue queue, long bth) {
        int covered = AinicLayout.isVoid(bth) ? RethLayout.key(bth) : 1;
        return queue.check(AinicLayout.msn(bth), AinicLayout.messagePackets(bth), covered);
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
        if (AinicLayout.isVoid(bth)) {
            change = queue.acceptVoid(msn, count, RethLayout.key(bth), (int) RethLayout.virtualAddress(bth));
        } else if (BthLayout.opcode(bth) == Opcode.WRITE_IMMEDIATE) {
            boolean fenced = (AinicLayout.flags(bth) & AinicLayout.FENCED) != 0;
            change = queue.acceptImmediate(msn, count, payloadBytes, ImmDtLayout.immediate(bth), fenced);
        } else {
            change = queue.accept(msn, count, payloadBytes);
        }
        flow.accept(psn);
        if (!AinicLayout.isVoid(bth)) {
            peer.proven();
        }
        counters.increment(EndpointCounter.DATA_ACCEPTED);
        counters.add(EndpointCounter.PAYLOAD_BYTES_PLACED, payloadBytes);
        peer.inbound().accepted(change);
        if (queue.hasReady() && !queue.isWaitingForSlot() && !fire(queue)) {
            queue.waitingForSlot(true);
            home.rings(sourceQueue).addWaiting(queue);
        }
        acknowledger.note(flow, psn, frame.entropy(), sourceQueue);
    }

    private void refuse(Lane lane, int verdict, int knownPackets) {
        switch (verdict) {
            case InboundQueue.COMPLETE -> counters.increment(EndpointCounter.STALE_MESSAGE);
            case InboundQueue.NO_ROOM -> refuseForNow(lane);
            default -> {
                counters.increment(EndpointCounter.ACCESS_ERROR);
                refusals.nack(lane, NackReason.BAD_MESSAGE, knownPackets, nowNs);
            }
        }
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

    /** Whether something can be done though nothing arrives: a slot came free. */
    boolean hasWork() {
        return home.ringsOfEngine(engine).canServeWaiting();
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
}

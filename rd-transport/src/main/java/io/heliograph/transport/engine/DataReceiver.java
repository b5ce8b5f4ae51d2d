package io.heliograph.transport.engine;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.memory.RegionTable;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.BthLayout;
import io.heliograph.transport.wire.CheckedFrame;
import io.heliograph.transport.wire.IdentityLayout;
import io.heliograph.transport.wire.ImmDtLayout;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.Opcode;
import io.heliograph.transport.wire.QueuePair;
import io.heliograph.transport.wire.RethLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The way in for data packets: relation, sequence number, message, key, bounds, slot; then places the bytes, and fires immediates. */
final class DataReceiver {
    /** Packets in a row from one peer that are taken together where engines share peers: each look at what another engine wrote costs as much as a packet's own work. */
    private static final int KEPT_PACKETS = Tunables.BURST_FRAMES;

    private final int engine;
    private final Home home;
    private final Relations relations;
    private final Refusals refusals;
    private final Acknowledger acknowledger;
    private final Counters counters;
    private final CheckedFrame frame;
    private final boolean shared;
    /** What the checks of the kept frames found, with one place more for the frame that comes next; with one engine, that of the frame at hand. */
    private final CheckedFrame[] checks;
    /** The flows of those kept packets that may touch memory. */
    private final @Nullable ReceiveFlow[] flows = new ReceiveFlow[KEPT_PACKETS];
    /** A bit for each PSN, modulo 64, of those. */
    private long admittedPsns;
    /** When the packet at hand came. */
    private long nowNs;

    private int kept;
    /** Who sent what is kept, if anything is. */
    private @Nullable Peer sender;

    DataReceiver(
            int engine,
            Home home,
            Relations relations,
            Refusals refusals,
            Acknowledger acknowledger,
            Counters counters,
            CheckedFrame frame,
            boolean shared) {
        this.shared = shared;
        this.checks = new CheckedFrame[shared ? KEPT_PACKETS + 1 : 1];
        Arrays.setAll(this.checks, i -> shared ? new CheckedFrame() : frame);
        this.engine = engine;
        this.home = home;
        this.relations = relations;
        this.refusals = refusals;
        this.acknowledger = acknowledger;
        this.counters = counters;
        this.frame = frame;
    }

    /**
     * Takes the data packet in {@code frame}, or keeps it, with its frame, until {@link #takeKept}; returns a peer, as this engine sees it, that must be served from now
     * on, or null.
     */
    @Nullable
    Lane onData(RegionTable regions, long atNs) {
        nowNs = atNs;
        Peer peer = relations.sender(regions, nowNs);
        if (peer == null) {
            return null;
        }
        if (!shared) {
            sender = peer;
            kept = 1;
            return takeKept(regions);
        }
        checks[kept].set(frame);
        Lane served = null;
        if (kept > 0 && peer != sender) {
            int last = kept;
            served = takeKept(regions);
            CheckedFrame check = checks[last];
            checks[last] = checks[0];
            checks[0] = check;
        }
        sender = peer;
        kept++;
        return kept == KEPT_PACKETS ? takeKept(regions) : served;
    }

    /** Takes the packets that were kept, all from one peer, which it returns as {@link #onData} does. */
    @Nullable
    Lane takeKept(RegionTable regions) {
        Peer peer = sender;
        if (peer == null) {
            return null;
        }
        int count = kept;
        kept = 0;
        sender = null;
        Lane lane = peer.lane(engine);
        if (!admit(lane, count, regions)) {
            // Even so it may have told its Ethernet address, which something may wait for.
            return lane.isActive() ? lane : null;
        }
        int admitted = 0;
        for (int i = 0; i < count; i++) {
            if (flows[i] != null) {
                CheckedFrame check = checks[i];
                NativeMemory.copy(
                        check.payloadAddress(), RethLayout.virtualAddress(check.bthAddress()), check.payloadLength());
                admitted++;
            }
        }
        if (admitted > 0) {
            accept(peer, count);
        }
        return lane;
    }

    /** Finds out which of the kept packets may touch memory; returns whether any is in the peer's relation. */
    private boolean admit(Lane lane, int count, RegionTable regions) {
        Peer peer = lane.peer;
        boolean related = false;
        admittedPsns = 0;
        peer.lock();
        try {
            for (int i = 0; i < count; i++) {
                if (shared) {
                    frame.set(checks[i]);
                }
                flows[i] = null;
                if (!peer.isEvicted() && relations.contains(lane, regions, nowNs)) {
                    related = true;
                    lane.sync(nowNs);
                    int sourceQp = IdentityLayout.sourceQp(frame.identityAddress());
                    ReceiveFlow flow = lane.receiveFlow(QueuePair.engine(sourceQp));
                    long bth = frame.bthAddress();
                    if (admit(flow, bth, QueuePair.queue(sourceQp), wasAdmitted(flow, bth, i), regions)) {
                        flows[i] = flow;
                        admittedPsns |= 1L << BthLayout.psn(bth);
                    }
                }
            }
        } finally {
            peer.unlock();
        }
        return related;
    }

    /** Whether one of the kept packets before one is the same. */
    private boolean wasAdmitted(ReceiveFlow flow, long bth, int index) {
        int psn = BthLayout.psn(bth);
        if ((admittedPsns & 1L << psn) == 0) {
            return false;
        }
        for (int i = 0; i < index; i++) {
            if (flows[i] == flow && BthLayout.psn(checks[i].bthAddress()) == psn) {
                return true;
            }
        }
        return false;
    }

    private void accept(Peer peer, int count) {
        peer.lock();
        try {
            for (int i = 0; i < count; i++) {
                ReceiveFlow flow = flows[i];
                if (flow != null) {
                    accept(flow, checks[i]);
                }
            }
        } finally {
            peer.unlock();
        }
    }

    /** R4, R7, R8: whether a packet may touch memory; if not, it was acknowledged again or refused. */
    private boolean admit(ReceiveFlow flow, long bth, int sourceQueue, boolean again, RegionTable regions) {
        int psn = BthLayout.psn(bth);
        int verdict = again ? ReceiveFlow.DUPLICATE : flow.classify(psn);
        if (verdict == ReceiveFlow.DUPLICATE) {
            counters.increment(EndpointCounter.DUPLICATE);
            acknowledger.note(flow, psn, frame.entropy(), sourceQueue, false);
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

    /** A new packet, which it is not its sender's fault to send. */
    private boolean refuseForNow(Lane lane) {
        lane.peer.heard(nowNs);
        counters.increment(EndpointCounter.NO_RESOURCE);
        refusals.nack(lane, NackReason.NO_RESOURCE, 0, nowNs);
        return false;
    }

    private static int check(InboundQueue queue, long bth) {
        int covered = AinicLayout.isVoid(bth) ? RethLayout.key(bth) : 1;
        return queue.check(AinicLayout.msn(bth), AinicLayout.messagePackets(bth), covered);
    }

    /** R4.2, R5: counts a placed packet. Meanwhile another engine, if there is one, may have ended the relation, or a hostile peer the message: then it never was. */
    private void accept(ReceiveFlow flow, CheckedFrame check) {
        Peer peer = flow.lane.peer;
        long bth = check.bthAddress();
        int sourceQueue = QueuePair.queue(IdentityLayout.sourceQp(check.identityAddress()));
        int payloadBytes = check.payloadLength();
        int psn = BthLayout.psn(bth);
        InboundQueue queue = peer.inbound().queue(sourceQueue);
        if (flow.inbound != peer.inbound() || queue == null || shared && check(queue, bth) != InboundQueue.OK) {
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
        peer.heard(nowNs);
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
        acknowledger.note(flow, psn, check.entropy(), sourceQueue, true);
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

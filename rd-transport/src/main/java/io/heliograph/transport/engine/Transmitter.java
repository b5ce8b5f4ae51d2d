package io.heliograph.transport.engine;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.neighbour.Neighbours;
import io.heliograph.transport.path.PathPolicy;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.wire.FrameWriter;
import io.heliograph.transport.wire.PacketFields;
import io.heliograph.transport.wire.PacketSize;
import io.heliograph.transport.wire.PauseLayout;
import io.heliograph.transport.wire.PeerHeader;
import io.heliograph.transport.wire.QueuePair;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * The way out: takes empty frames from the port, writes packets into them, and hands them over in bursts.
 *
 * <p>Frames that the port does not accept stay, and those of control packets go first. While a whole burst of either kind waits, or the port has no empty frames, nothing more of that kind is written:
 * {@link #isBackedUp} for control packets, {@link #room} for data.
 */
final class Transmitter {
    /** Packets taken under a peer's lock at once: few enough to be still in the first-level cache when they are written. */
    private static final int STAGE_PACKETS = 8;
    /** The same where engines share peers: each look at what another engine wrote costs more than that. */
    private static final int SHARED_STAGE_PACKETS = Tunables.BURST_FRAMES;

    private final Port port;
    private final Burst empty;
    private final Outgoing filled;
    private final FrameWriter writer;
    private final PacketFields fields = new PacketFields();
    private final Counters counters;
    private final int engine;
    private final DataPacket[] staged;
    private int stagedCount;

    Transmitter(int engine, boolean shared, Port port, Arena arena, Counters counters) {
        this.engine = engine;
        this.port = port;
        this.counters = counters;
        empty = new Burst(arena, Tunables.BURST_FRAMES);
        filled = new Outgoing(arena);
        writer = new FrameWriter(arena);
        fields.trafficClass = Tunables.CONTROL_TRAFFIC_CLASS;
        staged = new DataPacket[shared ? SHARED_STAGE_PACKETS : STAGE_PACKETS];
        Arrays.setAll(staged, i -> new DataPacket());
    }

    /** Whether no control packet can be written at present: the port takes no frames, or has none to write into. */
    boolean isBackedUp() {
        if (filled.controlRoom() == 0) {
            flush();
        }
        return filled.controlRoom() == 0 || !hasEmpty();
    }

    /** How many packets to {@link #stage} at most before they are written. */
    int stagePackets() {
        return staged.length;
    }

    /** How many data packets can be written at present. */
    int room() {
        if (filled.dataRoom() == 0) {
            flush();
        }
        return hasEmpty() ? Math.min(filled.dataRoom(), empty.size()) : 0;
    }

    private boolean hasEmpty() {
        if (empty.size() == 0) {
            allocate();
        }
        return empty.size() > 0;
    }

    /** Takes a burst of empty frames, or as many as a port that runs low still has. */
    private void allocate() {
        for (int count = empty.capacity(); count > 0 && port.allocate(empty, count) == 0; ) {
            count >>= 2;
        }
    }

    /** Hands what is written to the port; returns how many frames went. */
    int flush() {
        return filled.send(port);
    }

    /** Whether written frames wait for the port. */
    boolean hasFilled() {
        return !filled.isEmpty();
    }

    /** Returns unused frames to the port. */
    void close() {
        port.release(empty);
        filled.release(port);
    }

    /**
     * Takes the packet in a slot of an engine's flow to be sent, as one of no more than {@link #room} and {@link #stagePackets}; {@link #writeData} follows. Under the
     * peer's lock.
     */
    void stage(Lane lane, int slot, long nowNs) {
        DataPacket packet = staged[stagedCount++];
        packet.take(engine, lane, slot, nowNs);
        int frameBytes = PacketSize.dataFrame(lane.header.isIpv4(), packet.payloadBytes, packet.fields.hasImmediate);
        lane.sendFlow().onSent(slot, nowNs, packet.entropy, frameBytes);
    }

    /** Writes the packets taken by {@link #stage}, all for one peer. */
    void writeData(PeerHeader header) {
        long payloadBytes = 0;
        for (int i = 0; i < stagedCount; i++) {
            DataPacket packet = staged[i];
            long frame = empty.removeLast();
            int length = writer.writeData(
                    Frame.dataAddress(frame),
                    header,
                    packet.entropy,
                    packet.fields,
                    packet.source,
                    packet.payloadBytes);
            Frame.lengthBytes(frame, length);
            filled.addData(frame);
            payloadBytes += packet.payloadBytes;
            if (packet.again) {
                counters.increment(EndpointCounter.RETRANSMITTED);
            }
        }
        counters.add(EndpointCounter.PAYLOAD_BYTES_SENT, payloadBytes);
        counters.add(EndpointCounter.DATA_SENT, stagedCount);
        stagedCount = 0;
    }

    /** Writes a SACK whose bitmap starts at {@code bitmapPsn}; not while {@link #isBackedUp}. */
    void sendSack(ReceiveFlow flow, int bitmapPsn, long nowNs) {
        Lane lane = flow.lane;
        identify(lane.peer, 0, flow.causeQueue());
        fields.destinationQp = QueuePair.of(flow.sourceEngine, flow.causeQueue());
        fields.psn = flow.causePsn();
        long frame = empty.removeLast();
        int length = writer.writeSack(
                Frame.dataAddress(frame),
                lane.header,
                lane.paths().nextEntropy(nowNs),
                fields,
                flow.cumulativePsn(),
                Psn.distance(bitmapPsn, flow.cumulativePsn()),
                flow.causeEntropy(),
                flow.bitmap(bitmapPsn));
        putControl(frame, length);
        counters.increment(EndpointCounter.SACK_SENT);
    }

    /** Writes a NACK to whoever {@code header} leads to, by a path of theirs; dropped if the port is backed up, which the refused packet's timer repairs. */
    void sendNack(
            PeerHeader header,
            int path,
            int localIncarnation,
            int destinationIncarnation,
            int destinationQp,
            int psn,
            int reason,
            int entropy,
            int msn,
            int information) {
        if (isBackedUp()) {
            return;
        }
        fields.destinationIncarnation = destinationIncarnation;
        fields.sourceIncarnation = localIncarnation;
        fields.destinationQp = destinationQp;
        fields.sourceQp = QueuePair.of(engine, 0);
        fields.psn = psn;
        long frame = empty.removeLast();
        putControl(
                frame,
                writer.writeNack(Frame.dataAddress(frame), header, path, fields, reason, entropy, msn, information));
        counters.increment(EndpointCounter.NACK_SENT);
    }

    /** Writes a probe, by the path with an entropy value; dropped if the port is backed up, as another follows. */
    void sendProbe(Lane lane, int entropy, int nonce) {
        if ((nonce & PathPolicy.PATH_NONCE) == 0) {
            lane.peer.asks(nonce);
        }
        sendProbe(lane, entropy, 0, false, nonce);
    }

    /** Writes the answer to a probe of one of the peer's engines; dropped if the port is backed up, as another follows. */
    void answerProbe(Lane lane, int destinationEngine, int nonce, long nowNs) {
        sendProbe(lane, lane.paths().nextEntropy(nowNs), destinationEngine, true, nonce);
    }

    private void sendProbe(Lane lane, int entropy, int destinationEngine, boolean answer, int nonce) {
        if (isBackedUp()) {
            return;
        }
        identify(lane.peer, 0, 0);
        fields.destinationQp = QueuePair.of(destinationEngine, 0);
        fields.psn = 0;
        long frame = empty.removeLast();
        putControl(frame, writer.writeProbe(Frame.dataAddress(frame), lane.header, entropy, fields, answer, nonce));
        counters.increment(EndpointCounter.PROBE_SENT);
    }

    /** Writes a pause of some classes for the link; not while {@link #isBackedUp}. */
    void sendPause(int classes, int quanta) {
        long frame = empty.removeLast();
        PauseLayout.put(Frame.dataAddress(frame), port.info().macAddress().value(), classes, quanta);
        putControl(frame, PauseLayout.FRAME_BYTES);
        counters.increment(EndpointCounter.PAUSE_SENT);
    }

    /** Writes the next frame of address resolution that is due; not while {@link #isBackedUp}. Returns 1 if there was one. */
    int sendNeighbour(Neighbours neighbours, long nowNs) {
        long frame = empty.removeLast();
        int length = neighbours.poll(nowNs, Frame.dataAddress(frame));
        if (length == 0) {
            empty.add(frame);
            return 0;
        }
        putControl(frame, length);
        return 1;
    }

    private void identify(Peer peer, int sourceQueue, int destinationQueue) {
        fields.destinationIncarnation = peer.remoteIncarnation();
        fields.sourceIncarnation = peer.localIncarnation();
        fields.sourceQp = QueuePair.of(engine, sourceQueue);
        fields.destinationQp = QueuePair.of(0, destinationQueue);
    }

    private void putControl(long frame, int lengthBytes) {
        Frame.lengthBytes(frame, lengthBytes);
        filled.addControl(frame);
    }
}

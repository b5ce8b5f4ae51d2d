package io.heliograph.transport.engine;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.neighbour.Neighbours;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.FrameWriter;
import io.heliograph.transport.wire.PacketFields;
import io.heliograph.transport.wire.PeerHeader;
import io.heliograph.transport.wire.QueuePair;
import java.lang.foreign.Arena;

/**
 * The way out: takes empty frames from the port, writes packets into them, and hands them over in bursts.
 *
 * <p>Frames the port does not accept stay and go first next time; while a whole burst of them waits, {@link #isBackedUp}.
 */
final class Transmitter {
    private final Port port;
    private final Burst empty;
    private final Burst filled;
    private final FrameWriter writer;
    private final PacketFields fields = new PacketFields();
    private final Counters counters;
    private final int engine;

    Transmitter(int engine, Port port, Arena arena, Counters counters) {
        this.engine = engine;
        this.port = port;
        this.counters = counters;
        empty = new Burst(arena, Tunables.BURST_FRAMES);
        filled = new Burst(arena, Tunables.BURST_FRAMES);
        writer = new FrameWriter(arena);
    }

    /** Whether no packet can be written at present: the port takes no frames, or has none to write into. */
    boolean isBackedUp() {
        if (filled.remaining() == 0) {
            flush();
        }
        return filled.remaining() == 0 || empty.size() == 0 && port.allocate(empty, empty.capacity()) == 0;
    }

    /** Hands what is written to the port; returns how many frames went. */
    int flush() {
        return filled.size() == 0 ? 0 : port.send(filled);
    }

    /** Whether written frames wait for the port. */
    boolean hasFilled() {
        return filled.size() > 0;
    }

    /** Returns unused frames to the port. */
    void close() {
        port.release(empty);
        port.release(filled);
    }

    /** Writes one packet of a message; not while {@link #isBackedUp}. */
    void sendData(Peer peer, SendFlow flow, int slot, long nowNs) {
        OutboundMessage message = flow.message(slot);
        int packet = flow.packet(slot);
        boolean again = flow.wasSent(slot);
        identify(peer, message.queue, message.queue);
        fields.psn = flow.psn(slot);
        fields.messagePackets = message.packets;
        fields.msn = message.msn;
        fields.flags = again ? AinicLayout.RETRANSMITTED : 0;
        // The last packet of a message, and what repairs a loss, are what somebody waits for.
        fields.acknowledge = again || packet == message.packets - 1;
        int payloadBytes = 0;
        if (message.isVoid()) {
            fields.flags |= AinicLayout.VOID;
            fields.hasImmediate = false;
            fields.virtualAddress = Integer.toUnsignedLong(message.horizon);
            fields.key = flow.covered(slot);
        } else {
            fields.flags |= message.fenced ? AinicLayout.FENCED : 0;
            fields.hasImmediate = message.carriesImmediate(packet);
            fields.immediate = message.immediate;
            fields.virtualAddress = message.remoteAddress + message.offset(packet);
            fields.key = message.remoteKey;
            payloadBytes = message.payloadBytes(packet);
        }
        int entropy = peer.nextEntropy();
        long source = message.localAddress + message.offset(packet);
        long frame = empty.removeLast();
        int length = writer.writeData(Frame.dataAddress(frame), peer.header(), entropy, fields, source, payloadBytes);
        put(frame, length);
        flow.onSent(slot, nowNs, entropy);
        counters.increment(EndpointCounter.DATA_SENT);
        counters.add(EndpointCounter.PAYLOAD_BYTES_SENT, payloadBytes);
        if (again) {
            counters.increment(EndpointCounter.RETRANSMITTED);
        }
    }

    /** Writes a SACK whose bitmap starts at {@code bitmapPsn}; not while {@link #isBackedUp}. */
    void sendSack(ReceiveFlow flow, int bitmapPsn) {
        Peer peer = flow.peer;
        identify(peer, 0, flow.causeQueue());
        fields.destinationQp = QueuePair.of(flow.sourceEngine, flow.causeQueue());
        fields.psn = flow.causePsn();
        long frame = empty.removeLast();
        int length = writer.writeSack(
                Frame.dataAddress(frame),
                peer.header(),
                peer.nextEntropy(),
                fields,
                flow.cumulativePsn(),
                Psn.distance(bitmapPsn, flow.cumulativePsn()),
                flow.causeEntropy(),
                flow.bitmap(bitmapPsn));
        put(frame, length);
        counters.increment(EndpointCounter.SACK_SENT);
    }

    /** Writes a NACK to whoever {@code header} leads to; dropped if the port is backed up, which the refused packet's timer repairs. */
    void sendNack(
            PeerHeader header,
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
        put(
                frame,
                writer.writeNack(
                        Frame.dataAddress(frame),
                        header,
                        Tunables.ENTROPY_BASE,
                        fields,
                        reason,
                        entropy,
                        msn,
                        information));
        counters.increment(EndpointCounter.NACK_SENT);
    }

    /** Writes a probe or an answer to one; dropped if the port is backed up, as another follows. */
    void sendProbe(Peer peer, boolean answer, int nonce) {
        if (isBackedUp()) {
            return;
        }
        identify(peer, 0, 0);
        fields.psn = 0;
        long frame = empty.removeLast();
        put(
                frame,
                writer.writeProbe(Frame.dataAddress(frame), peer.header(), peer.nextEntropy(), fields, answer, nonce));
        counters.increment(EndpointCounter.PROBE_SENT);
    }

    /** Writes the next frame of address resolution that is due; not while {@link #isBackedUp}. Returns 1 if there was one. */
    int sendNeighbour(Neighbours neighbours, long nowNs) {
        long frame = empty.removeLast();
        int length = neighbours.poll(nowNs, Frame.dataAddress(frame));
        if (length == 0) {
            empty.add(frame);
            return 0;
        }
        put(frame, length);
        return 1;
    }

    private void identify(Peer peer, int sourceQueue, int destinationQueue) {
        fields.destinationIncarnation = peer.remoteIncarnation();
        fields.sourceIncarnation = peer.localIncarnation();
        fields.sourceQp = QueuePair.of(engine, sourceQueue);
        fields.destinationQp = QueuePair.of(0, destinationQueue);
    }

    private void put(long frame, int lengthBytes) {
        Frame.lengthBytes(frame, lengthBytes);
        filled.add(frame);
    }
}

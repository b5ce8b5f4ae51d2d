package io.heliograph.transport.rules;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.wire.Ainic;
import io.heliograph.transport.wire.Bth;
import io.heliograph.transport.wire.FrameCheck;
import io.heliograph.transport.wire.FrameDefect;
import io.heliograph.transport.wire.FrameWriter;
import io.heliograph.transport.wire.Identity;
import io.heliograph.transport.wire.ImmDt;
import io.heliograph.transport.wire.Nack;
import io.heliograph.transport.wire.Opcode;
import io.heliograph.transport.wire.PacketFields;
import io.heliograph.transport.wire.PacketKind;
import io.heliograph.transport.wire.PacketSize;
import io.heliograph.transport.wire.PeerHeader;
import io.heliograph.transport.wire.Probe;
import io.heliograph.transport.wire.QueuePair;
import io.heliograph.transport.wire.Reth;
import io.heliograph.transport.wire.Sack;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Turns a script's packets into frames of one peer, and frames for that peer into packets. */
final class Frames {
    private static final int ROOM_BYTES = 10_000;
    private static final long PEER_MAC = 0x0200_0000_0002L;
    private static final long ENDPOINT_MAC = 0x0200_0000_0001L;
    private static final int TRANSPORT = 14 + 20 + 8;

    private final PeerHeader header;
    private final FrameWriter writer;
    private final FrameCheck check;
    private final MemorySegment frame;
    private final MemorySegment payload;

    Frames(Arena arena, IpAddress peer, IpAddress endpoint) {
        header = new PeerHeader(arena, peer, endpoint, Script.UDP_PORT);
        header.ethernet(PEER_MAC, ENDPOINT_MAC);
        writer = new FrameWriter(arena);
        check = new FrameCheck(arena, peer, Script.UDP_PORT);
        frame = arena.allocate(ROOM_BYTES, 64);
        payload = arena.allocate(ROOM_BYTES, 64);
    }

    byte[] encode(Packet packet) {
        PacketFields fields = new PacketFields();
        fields.destinationIncarnation = (int) packet.get(Field.DESTINATION);
        fields.sourceIncarnation = (int) packet.get(Field.SOURCE);
        fields.sourceQp =
                QueuePair.of((int) packet.get(Field.SOURCE_ENGINE, 0), (int) packet.get(Field.SOURCE_QUEUE, 0));
        fields.destinationQp = QueuePair.of(
                (int) packet.get(Field.DESTINATION_ENGINE, 0), (int) packet.get(Field.DESTINATION_QUEUE, 0));
        fields.psn = (int) packet.get(Field.PSN, 0);
        int length = switch ((int) packet.get(Field.OPCODE)) {
            case Opcode.SACK ->
                writer.writeSack(
                        frame.address(),
                        header,
                        entropy(packet),
                        fields,
                        (int) packet.get(Field.CUMULATIVE, 0),
                        (int) packet.get(Field.OFFSET, 0),
                        (int) packet.get(Field.REFLECTED, Script.ENTROPY),
                        packet.get(Field.BITMAP, 0));
            case Opcode.NACK ->
                writer.writeNack(
                        frame.address(),
                        header,
                        entropy(packet),
                        fields,
                        (int) packet.get(Field.REASON),
                        (int) packet.get(Field.REFLECTED, Script.ENTROPY),
                        (int) packet.get(Field.MSN, 0),
                        (int) packet.get(Field.INFORMATION, 0));
            case Opcode.PROBE ->
                writer.writeProbe(frame.address(), header, entropy(packet), fields, packet.get(Field.ANSWER) == 1, (int)
                        packet.get(Field.NONCE));
            default -> encodeData(packet, fields);
        };
        return frame.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private int encodeData(Packet packet, PacketFields fields) {
        fields.acknowledge = packet.get(Field.ACKNOWLEDGE, 0) == 1;
        fields.flags = (int) packet.get(Field.FLAGS, 0);
        fields.messagePackets = (int) packet.get(Field.MESSAGE_PACKETS, 1);
        fields.msn = (int) packet.get(Field.MSN, 0);
        fields.virtualAddress = packet.get(Field.ADDRESS);
        fields.key = (int) packet.get(Field.KEY);
        fields.hasImmediate = packet.has(Field.IMMEDIATE);
        fields.immediate = (int) packet.get(Field.IMMEDIATE, 0);
        byte[] bytes = packet.payload();
        MemorySegment.copy(bytes, 0, payload, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return writer.writeData(frame.address(), header, entropy(packet), fields, payload.address(), bytes.length);
    }

    private static int entropy(Packet packet) {
        return (int) packet.get(Field.ENTROPY, Script.ENTROPY);
    }

    /** The packet in a frame that must be right in every byte. */
    Packet decode(byte[] bytes) {
        MemorySegment.copy(bytes, 0, frame, ValueLayout.JAVA_BYTE, 0, bytes.length);
        int kind = check.check(frame.address(), bytes.length);
        if (kind < 0) {
            throw new AssertionError("the endpoint sent a frame that is " + FrameDefect.ofCode(kind));
        }
        Bth bth = Bth.parse(frame, TRANSPORT);
        Identity identity = Identity.parse(frame, TRANSPORT + (kind == PacketKind.DATA ? 20 : 12));
        Packet packet = Packet.ofOpcode(bth.opcode())
                .entropy(check.entropy())
                .psn(bth.psn())
                .acknowledge(bth.acknowledge())
                .to(QueuePair.engine(bth.destinationQp()), QueuePair.queue(bth.destinationQp()))
                .destination(identity.destinationIncarnation())
                .source(identity.sourceIncarnation())
                .engine(QueuePair.engine(identity.sourceQp()))
                .queue(QueuePair.queue(identity.sourceQp()));
        return switch (kind) {
            case PacketKind.DATA -> decodeData(packet);
            case PacketKind.SACK -> decodeSack(packet);
            case PacketKind.NACK -> decodeNack(packet);
            default -> decodeProbe(packet);
        };
    }

    private Packet decodeData(Packet packet) {
        Ainic ainic = Ainic.parse(frame, TRANSPORT + 12);
        Reth reth = Reth.parse(frame, TRANSPORT + 32);
        if (packet.get(Field.OPCODE) == Opcode.WRITE_IMMEDIATE) {
            packet.immediate(
                    ImmDt.parse(frame, TRANSPORT + PacketSize.DATA_HEADERS).immediate());
        }
        long payloadOffset = check.payloadAddress() - frame.address();
        return packet.flags(ainic.flags())
                .of(ainic.messagePackets())
                .msn(ainic.msn())
                .address(reth.virtualAddress())
                .key(reth.key())
                .payload(frame.asSlice(payloadOffset, check.payloadLength()).toArray(ValueLayout.JAVA_BYTE));
    }

    private Packet decodeSack(Packet packet) {
        Sack sack = Sack.parse(frame, TRANSPORT + 24);
        return packet.cumulative(sack.cumulativePsn())
                .offset(sack.bitmapOffset())
                .reflected(sack.reflectedEntropy())
                .bits(sack.bitmap());
    }

    private Packet decodeNack(Packet packet) {
        Nack nack = Nack.parse(frame, TRANSPORT + 24);
        return packet.set(Field.REASON, nack.reason())
                .reflected(nack.reflectedEntropy())
                .msn(nack.msn())
                .information(nack.information());
    }

    private Packet decodeProbe(Packet packet) {
        Probe probe = Probe.parse(frame, TRANSPORT + 24);
        return packet.set(Field.NONCE, Integer.toUnsignedLong(probe.nonce())).set(Field.ANSWER, probe.answer() ? 1 : 0);
    }
}

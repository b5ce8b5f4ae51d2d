package io.heliograph.emulator.conformance;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.wire.Ainic;
import io.heliograph.transport.wire.Bth;
import io.heliograph.transport.wire.EthernetLayout;
import io.heliograph.transport.wire.FrameCheck;
import io.heliograph.transport.wire.FrameDefect;
import io.heliograph.transport.wire.FrameWriter;
import io.heliograph.transport.wire.Icrc;
import io.heliograph.transport.wire.Identity;
import io.heliograph.transport.wire.ImmDt;
import io.heliograph.transport.wire.Ipv4Header;
import io.heliograph.transport.wire.Ipv6Header;
import io.heliograph.transport.wire.Nack;
import io.heliograph.transport.wire.Opcode;
import io.heliograph.transport.wire.PacketFields;
import io.heliograph.transport.wire.PacketKind;
import io.heliograph.transport.wire.PacketSize;
import io.heliograph.transport.wire.PauseLayout;
import io.heliograph.transport.wire.PeerHeader;
import io.heliograph.transport.wire.Probe;
import io.heliograph.transport.wire.QueuePair;
import io.heliograph.transport.wire.Reth;
import io.heliograph.transport.wire.Sack;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns packets into frames and frames into packets, by rd-transport's wire classes. */
final class WireCodec implements AutoCloseable {
    private static final int ROOM_BYTES = 1 << 17;
    private static final int ETHERNET = EthernetLayout.LENGTH;
    private static final int UDP = 8;
    private static final int DATA_IDENTITY = 20;
    private static final int CONTROL_IDENTITY = 12;
    private static final int CONTROL_BODY = 24;

    private record Route(IpAddress from, IpAddress to) {}

    private final Arena arena = Arena.ofConfined();
    private final FrameWriter writer = new FrameWriter(arena);
    private final Icrc icrc = new Icrc(arena);
    private final FrameCheck check;
    private final MemorySegment frame = arena.allocate(ROOM_BYTES, 64);
    private final MemorySegment payload = arena.allocate(ROOM_BYTES, 64);
    private final Map<Route, PeerHeader> headers = new HashMap<>();
    private final int udpPort;
    private final Map<IpAddress, Long> macs = new HashMap<>();
    private String defect = "";
    private boolean trimmed;

    WireCodec(int udpPort) {
        this.udpPort = udpPort;
        check = FrameCheck.forAnyDestination(arena, udpPort);
    }

    /** Says which Ethernet address a node has; others have one made from their address. */
    void mac(IpAddress node, long mac) {
        if (!Long.valueOf(mac).equals(macs.put(node, mac))) {
            headers.clear();
        }
    }

    long mac(IpAddress node) {
        return macs.getOrDefault(node, 0x0200_0000_0000L | node.low() & 0xFFFF_FFFFL);
    }

    /** The frame of a packet; fields that it does not name are 0. */
    byte[] encode(WirePacket packet) {
        PeerHeader header = headers.computeIfAbsent(new Route(packet.source(), packet.destination()), route -> {
            PeerHeader made = new PeerHeader(arena, route.from(), route.to(), udpPort);
            made.ethernet(mac(route.from()), mac(route.to()));
            return made;
        });
        PacketFields fields = new PacketFields();
        fields.trafficClass = packet.getInt(PacketField.CLASS);
        fields.destinationIncarnation = packet.getInt(PacketField.DST);
        fields.sourceIncarnation = packet.getInt(PacketField.SRC);
        fields.sourceQp = QueuePair.of(packet.getInt(PacketField.ENGINE), packet.getInt(PacketField.QUEUE));
        fields.destinationQp = QueuePair.of(packet.getInt(PacketField.TO_ENGINE), packet.getInt(PacketField.TO_QUEUE));
        fields.psn = packet.getInt(PacketField.PSN);
        int entropy = packet.getInt(PacketField.ENTROPY);
        int length = switch (packet.kind()) {
            case DATA -> encodeData(packet, header, fields);
            case SACK ->
                writer.writeSack(
                        frame.address(),
                        header,
                        entropy,
                        fields,
                        packet.getInt(PacketField.CUMULATIVE),
                        (short) packet.get(PacketField.OFFSET),
                        packet.getInt(PacketField.REFLECTED),
                        packet.get(PacketField.BITS));
            case NACK ->
                writer.writeNack(
                        frame.address(),
                        header,
                        entropy,
                        fields,
                        packet.getInt(PacketField.REASON),
                        packet.getInt(PacketField.REFLECTED),
                        packet.getInt(PacketField.MSN),
                        packet.getInt(PacketField.INFO));
            case PROBE, ANSWER ->
                writer.writeProbe(
                        frame.address(),
                        header,
                        entropy,
                        fields,
                        packet.kind() == WireKind.ANSWER,
                        packet.getInt(PacketField.NONCE));
            case PAUSE -> throw new IllegalArgumentException("a pause is no packet of a peer");
        };
        return bytes(length);
    }

    private int encodeData(WirePacket packet, PeerHeader header, PacketFields fields) {
        fields.acknowledge = packet.get(PacketField.ACK) != 0;
        fields.flags = packet.getInt(PacketField.FLAGS);
        fields.messagePackets = packet.getInt(PacketField.OF);
        fields.msn = packet.getInt(PacketField.MSN);
        fields.virtualAddress = packet.get(PacketField.ADDRESS);
        fields.key = packet.getInt(PacketField.KEY);
        fields.hasImmediate = packet.has(PacketField.IMM);
        fields.immediate = packet.getInt(PacketField.IMM);
        byte[] bytes = packet.payload();
        MemorySegment.copy(bytes, 0, payload, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return writer.writeData(
                frame.address(), header, packet.getInt(PacketField.ENTROPY), fields, payload.address(), bytes.length);
    }

    /** A frame with its ICRC, but not its IP header checksum, put right. */
    byte[] sign(byte[] unsigned) {
        load(unsigned);
        boolean isIpv4 = frame.get(ValueLayout.JAVA_BYTE, ETHERNET) >>> 4 == 4;
        int covered = unsigned.length - ETHERNET - Icrc.LENGTH;
        long ip = frame.address() + ETHERNET;
        Icrc.put(ip + covered, icrc.compute(ip, isIpv4, covered));
        return bytes(unsigned.length);
    }

    private void load(byte[] bytes) {
        MemorySegment.copy(bytes, 0, frame, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }

    private byte[] bytes(int length) {
        return frame.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Why the last frame that {@link #decode} was given is no packet. */
    String defect() {
        return defect;
    }

    /** Whether the last frame that {@link #decode} was given is a trimmed data packet. */
    boolean isTrimmed() {
        return trimmed;
    }

    /** The packet in a frame that is right in every byte, or trimmed; else null, and {@link #defect} tells why. */
    @Nullable
    WirePacket decode(byte[] bytes, long timeNs) {
        defect = "";
        trimmed = false;
        if (bytes.length > ROOM_BYTES) {
            defect = "TOO_LONG";
            return null;
        }
        load(bytes);
        int kind = check.check(frame.address(), bytes.length);
        if (kind == PacketKind.PAUSE) {
            return decodePause(bytes, timeNs);
        }
        if (kind < 0 || kind == PacketKind.NEIGHBOUR) {
            defect = kind < 0 ? FrameDefect.ofCode(kind).name() : "NEIGHBOUR";
            return null;
        }
        trimmed = kind == PacketKind.DATA_TRIMMED;
        return decode(kind, bytes, timeNs);
    }

    private WirePacket decodePause(byte[] bytes, long timeNs) {
        Map<PacketField, Long> fields = new EnumMap<>(PacketField.class);
        int classes = PauseLayout.enabledClasses(frame.address());
        put(fields, PacketField.CLASSES, classes);
        int lowest = Integer.numberOfTrailingZeros(classes | 1 << 7);
        put(fields, PacketField.QUANTA, PauseLayout.quanta(frame.address(), lowest));
        IpAddress nobody = IpAddress.ofIpv4(0);
        return new WirePacket(WireKind.PAUSE, nobody, nobody, fields, new byte[0], timeNs, bytes);
    }

    private WirePacket decode(int kind, byte[] bytes, long timeNs) {
        long l3 = check.l3Offset();
        IpAddress source;
        IpAddress destination;
        if (check.isIpv4()) {
            Ipv4Header ip = Ipv4Header.parse(frame, l3);
            source = ip.source();
            destination = ip.destination();
        } else {
            Ipv6Header ip = Ipv6Header.parse(frame, l3);
            source = ip.source();
            destination = ip.destination();
        }
        long bthAt = l3 + (check.isIpv4() ? 20 : 40) + UDP;
        boolean isData = kind == PacketKind.DATA || kind == PacketKind.DATA_TRIMMED;
        Bth bth = Bth.parse(frame, bthAt);
        Identity identity = Identity.parse(frame, bthAt + (isData ? DATA_IDENTITY : CONTROL_IDENTITY));
        Map<PacketField, Long> fields = new EnumMap<>(PacketField.class);
        put(fields, PacketField.ENTROPY, check.entropy());
        put(fields, PacketField.CLASS, check.trafficClass());
        put(fields, PacketField.PSN, bth.psn());
        put(fields, PacketField.TO_ENGINE, QueuePair.engine(bth.destinationQp()));
        put(fields, PacketField.TO_QUEUE, QueuePair.queue(bth.destinationQp()));
        put(fields, PacketField.DST, identity.destinationIncarnation());
        put(fields, PacketField.SRC, identity.sourceIncarnation());
        put(fields, PacketField.ENGINE, QueuePair.engine(identity.sourceQp()));
        put(fields, PacketField.QUEUE, QueuePair.queue(identity.sourceQp()));
        byte[] data = new byte[0];
        WireKind wireKind = WireKind.DATA;
        if (isData) {
            data = decodeData(fields, bth, bthAt);
        } else if (kind == PacketKind.SACK) {
            wireKind = WireKind.SACK;
            Sack sack = Sack.parse(frame, bthAt + CONTROL_BODY);
            put(fields, PacketField.CUMULATIVE, sack.cumulativePsn());
            put(fields, PacketField.OFFSET, sack.bitmapOffset());
            put(fields, PacketField.REFLECTED, sack.reflectedEntropy());
            put(fields, PacketField.BITS, sack.bitmap());
        } else if (kind == PacketKind.NACK) {
            wireKind = WireKind.NACK;
            Nack nack = Nack.parse(frame, bthAt + CONTROL_BODY);
            put(fields, PacketField.REASON, nack.reason());
            put(fields, PacketField.REFLECTED, nack.reflectedEntropy());
            put(fields, PacketField.MSN, nack.msn());
            put(fields, PacketField.INFO, nack.information());
        } else {
            Probe probe = Probe.parse(frame, bthAt + CONTROL_BODY);
            wireKind = probe.answer() ? WireKind.ANSWER : WireKind.PROBE;
            put(fields, PacketField.NONCE, probe.nonce());
        }
        return new WirePacket(wireKind, source, destination, fields, data, timeNs, bytes);
    }

    private byte[] decodeData(Map<PacketField, Long> fields, Bth bth, long bthAt) {
        Ainic ainic = Ainic.parse(frame, bthAt + 12);
        Reth reth = Reth.parse(frame, bthAt + 32);
        put(fields, PacketField.ACK, bth.acknowledge() ? 1 : 0);
        put(fields, PacketField.FLAGS, ainic.flags());
        put(fields, PacketField.OF, ainic.messagePackets());
        put(fields, PacketField.MSN, ainic.msn());
        put(fields, PacketField.ADDRESS, reth.virtualAddress());
        put(fields, PacketField.KEY, reth.key());
        put(fields, PacketField.LENGTH, reth.dmaLength());
        if (bth.opcode() == Opcode.WRITE_IMMEDIATE) {
            put(
                    fields,
                    PacketField.IMM,
                    ImmDt.parse(frame, bthAt + PacketSize.DATA_HEADERS).immediate());
        }
        if (trimmed || check.payloadLength() == 0) {
            return new byte[0];
        }
        return frame.asSlice(check.payloadAddress() - frame.address(), check.payloadLength())
                .toArray(ValueLayout.JAVA_BYTE);
    }

    private static void put(Map<PacketField, Long> fields, PacketField field, long value) {
        fields.put(field, field.cut(value));
    }

    @Override
    public void close() {
        arena.close();
    }
}

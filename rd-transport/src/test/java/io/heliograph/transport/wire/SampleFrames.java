package io.heliograph.transport.wire;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Whole frames of every kind over both IP versions, with known values. */
public final class SampleFrames {
    public static final IpAddress SOURCE_4 = IpAddress.parse("10.1.2.3");
    public static final IpAddress DESTINATION_4 = IpAddress.parse("10.1.2.4");
    public static final IpAddress SOURCE_6 = IpAddress.parse("fd00::1:3");
    public static final IpAddress DESTINATION_6 = IpAddress.parse("fd00::1:4");
    public static final MacAddress SOURCE_MAC = MacAddress.parse("02:00:00:00:00:03");
    public static final MacAddress DESTINATION_MAC = MacAddress.parse("02:00:00:00:00:04");

    public static final int ENTROPY = 0xC123;
    public static final int PSN = 0x123456;
    public static final int DESTINATION_QP = QueuePair.of(7, 0x1234);
    public static final int SOURCE_QP = QueuePair.of(9, 0x4321);
    public static final int DESTINATION_INCARNATION = 0xA1B2C3D4;
    public static final int SOURCE_INCARNATION = 0x91929394;
    public static final int MESSAGE_PACKETS = 0x010203;
    public static final int MSN = 0xFEDCBA98;
    public static final long VIRTUAL_ADDRESS = 0x7FED_CBA9_8765_4321L;
    public static final int KEY = 0xCAFEBABE;
    public static final int IMMEDIATE = 0x1BADF00D;
    public static final int CUMULATIVE_PSN = 0xABCDEF;
    public static final int BITMAP_OFFSET = -5;
    public static final int REFLECTED_ENTROPY = 0xD00F;
    public static final long BITMAP = 0x8000_0000_0000_1F01L;
    public static final int INFORMATION = 1_000_000;
    public static final int NONCE = 0x55AA1234;

    private static final int ROOM_BYTES = 10_000;

    private SampleFrames() {}

    /**
     * One frame.
     *
     * @param name what it is, unique
     * @param isIpv4 over what
     * @param kind a code of {@link PacketKind}
     * @param opcode a code of {@link Opcode}
     * @param payloadBytes of a data packet
     * @param data the frame, on the heap
     */
    public record Sample(String name, boolean isIpv4, int kind, int opcode, int payloadBytes, MemorySegment data) {
        /** The frame, a copy. */
        public byte[] bytes() {
            return data.toArray(ValueLayout.JAVA_BYTE);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A frame in the making. */
    @FunctionalInterface
    private interface Write {
        int to(long frame, PeerHeader peer, FrameWriter writer, PacketFields fields);
    }

    /** One of each kind over IPv4, then the same over IPv6. */
    public static List<Sample> all() {
        List<Sample> samples = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            for (boolean isIpv4 : new boolean[] {true, false}) {
                addData(samples, arena, isIpv4, "write", 64, AinicLayout.RETRANSMITTED, false);
                addData(samples, arena, isIpv4, "write-padded", 61, 0, false);
                addData(samples, arena, isIpv4, "write-empty", 0, 0, false);
                addData(samples, arena, isIpv4, "write-large", 1408, 0, false);
                addData(samples, arena, isIpv4, "write-imm", 32, AinicLayout.FENCED, true);
                addData(samples, arena, isIpv4, "write-imm-padded", 7, 0, true);
                addData(samples, arena, isIpv4, "write-imm-empty", 0, 0, true);
                addData(samples, arena, isIpv4, "void", 0, AinicLayout.VOID, false);
                addControl(
                        samples, arena, isIpv4, "sack", PacketKind.SACK, Opcode.SACK, (frame, peer, writer, fields) -> {
                            return writer.writeSack(
                                    frame,
                                    peer,
                                    ENTROPY,
                                    fields,
                                    CUMULATIVE_PSN,
                                    BITMAP_OFFSET,
                                    REFLECTED_ENTROPY,
                                    BITMAP);
                        });
                for (int reason : new int[] {1, 2, 0x0A, 0x0B, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86}) {
                    String name = "nack-" + NackReason.name(reason);
                    addControl(
                            samples,
                            arena,
                            isIpv4,
                            name,
                            PacketKind.NACK,
                            Opcode.NACK,
                            (frame, peer, writer, fields) -> {
                                return writer.writeNack(
                                        frame, peer, ENTROPY, fields, reason, REFLECTED_ENTROPY, MSN, INFORMATION);
                            });
                }
                for (boolean answer : new boolean[] {false, true}) {
                    String name = answer ? "probe-answer" : "probe";
                    addControl(
                            samples,
                            arena,
                            isIpv4,
                            name,
                            PacketKind.PROBE,
                            Opcode.PROBE,
                            (frame, peer, writer, fields) -> {
                                return writer.writeProbe(frame, peer, ENTROPY, fields, answer, NONCE);
                            });
                }
            }
        }
        return samples;
    }

    /** The sample of that name over IPv4 or IPv6. */
    public static Sample named(String name, boolean isIpv4) {
        for (Sample sample : all()) {
            if (sample.isIpv4() == isIpv4 && sample.name().equals(name + (isIpv4 ? "/4" : "/6"))) {
                return sample;
            }
        }
        throw new IllegalArgumentException("no such sample: " + name);
    }

    /** The headers for the samples' peer. */
    public static PeerHeader peer(Arena arena, boolean isIpv4) {
        PeerHeader peer = isIpv4
                ? new PeerHeader(arena, SOURCE_4, DESTINATION_4, UdpLayout.ROCE_V2_PORT)
                : new PeerHeader(arena, SOURCE_6, DESTINATION_6, UdpLayout.ROCE_V2_PORT);
        peer.ethernet(SOURCE_MAC.value(), DESTINATION_MAC.value());
        return peer;
    }

    /** Fields with the known values. */
    public static PacketFields fields() {
        PacketFields fields = new PacketFields();
        fields.destinationIncarnation = DESTINATION_INCARNATION;
        fields.sourceIncarnation = SOURCE_INCARNATION;
        fields.destinationQp = DESTINATION_QP;
        fields.sourceQp = SOURCE_QP;
        fields.psn = PSN;
        fields.acknowledge = true;
        fields.messagePackets = MESSAGE_PACKETS;
        fields.msn = MSN;
        fields.virtualAddress = VIRTUAL_ADDRESS;
        fields.key = KEY;
        fields.immediate = IMMEDIATE;
        return fields;
    }

    /** The first bytes of a frame, as a switch trims it, with lengths rewritten or not. */
    public static byte[] trimmed(Sample sample, int lengthBytes, boolean rewriteLengths) {
        byte[] bytes = Arrays.copyOf(sample.bytes(), lengthBytes);
        if (rewriteLengths) {
            MemorySegment frame = MemorySegment.ofArray(bytes);
            int ipBytes = lengthBytes - EthernetLayout.LENGTH;
            int udpOffset = EthernetLayout.LENGTH + (sample.isIpv4() ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH);
            if (sample.isIpv4()) {
                Ipv4Header ip = Ipv4Header.parse(frame, EthernetLayout.LENGTH);
                putIpv4(frame, EthernetLayout.LENGTH, withTotalLength(ip, ipBytes));
            } else {
                Ipv6Header ip = Ipv6Header.parse(frame, EthernetLayout.LENGTH);
                new Ipv6Header(
                                ip.trafficClass(),
                                ip.flowLabel(),
                                ipBytes - Ipv6Layout.LENGTH,
                                ip.nextHeader(),
                                ip.hopLimit(),
                                ip.source(),
                                ip.destination())
                        .emit(frame, EthernetLayout.LENGTH);
            }
            UdpHeader udp = UdpHeader.parse(frame, udpOffset);
            new UdpHeader(udp.sourcePort(), udp.destinationPort(), lengthBytes - udpOffset, udp.checksum())
                    .emit(frame, udpOffset);
        }
        return bytes;
    }

    /** Emits an IPv4 header with the right checksum instead of its own. */
    public static void putIpv4(MemorySegment frame, long offset, Ipv4Header ip) {
        ip.emit(frame, offset);
        frame.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset + Ipv4Layout.CHECKSUM, (short) 0);
        int checksum = ReferenceSums.internetChecksum(
                frame.asSlice(offset, Ipv4Layout.LENGTH).toArray(ValueLayout.JAVA_BYTE));
        HeaderBytes.putShort(frame, offset + Ipv4Layout.CHECKSUM, checksum);
    }

    private static Ipv4Header withTotalLength(Ipv4Header ip, int totalLength) {
        return new Ipv4Header(
                ip.typeOfService(),
                totalLength,
                ip.identification(),
                ip.flagsAndFragment(),
                ip.timeToLive(),
                ip.protocol(),
                0,
                ip.source(),
                ip.destination());
    }

    private static void addData(
            List<Sample> samples,
            Arena arena,
            boolean isIpv4,
            String name,
            int payloadBytes,
            int flags,
            boolean immediate) {
        MemorySegment payload = payload(arena, payloadBytes);
        int opcode = immediate ? Opcode.WRITE_IMMEDIATE : Opcode.WRITE;
        Write write = (frame, peer, writer, fields) -> {
            fields.flags = flags;
            fields.hasImmediate = immediate;
            return writer.writeData(frame, peer, ENTROPY, fields, payload.address(), payloadBytes);
        };
        MemorySegment bytes = MemorySegment.ofArray(bytes(arena, isIpv4, write));
        samples.add(new Sample(name + (isIpv4 ? "/4" : "/6"), isIpv4, PacketKind.DATA, opcode, payloadBytes, bytes));
    }

    private static void addControl(
            List<Sample> samples, Arena arena, boolean isIpv4, String name, int kind, int opcode, Write write) {
        MemorySegment bytes = MemorySegment.ofArray(bytes(arena, isIpv4, write));
        samples.add(new Sample(name + (isIpv4 ? "/4" : "/6"), isIpv4, kind, opcode, 0, bytes));
    }

    private static byte[] bytes(Arena arena, boolean isIpv4, Write write) {
        MemorySegment frame = arena.allocate(ROOM_BYTES, 64);
        frame.fill((byte) 0x5A); // what a frame held before must not show
        int length = write.to(frame.address(), peer(arena, isIpv4), new FrameWriter(arena), fields());
        return frame.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private static MemorySegment payload(Arena arena, int bytes) {
        MemorySegment payload = arena.allocate(Math.max(bytes, 1));
        RandomGenerator random = new SplittableRandom(bytes);
        for (int i = 0; i < bytes; i++) {
            payload.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        return payload;
    }
}

package io.heliograph.transport.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.wire.SampleFrames.Sample;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link FrameCheck} takes, and each defect by its reason (R2.2). */
final class FrameCheckTest {
    private static final int ETHERNET = EthernetLayout.LENGTH;
    private static final int UDP_4 = ETHERNET + 20;
    private static final int BTH_4 = UDP_4 + 8;
    private static final int BTH_6 = ETHERNET + 40 + 8;

    private final Arena arena = Arena.ofConfined();
    private final FrameCheck own4 = new FrameCheck(arena, SampleFrames.DESTINATION_4, UdpLayout.ROCE_V2_PORT);
    private final FrameCheck own6 = new FrameCheck(arena, SampleFrames.DESTINATION_6, UdpLayout.ROCE_V2_PORT);

    static List<Sample> samples() {
        return SampleFrames.all();
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void shouldTellKindAndPlacesWhenTheFrameIsRight(Sample sample) {
        FrameCheck check = sample.isIpv4() ? own4 : own6;
        MemorySegment frame = nativeCopy(sample.bytes());
        assertEquals(sample.kind(), check.check(frame.address(), (int) frame.byteSize()));
        assertEquals(ETHERNET, check.l3Offset());
        assertEquals(sample.isIpv4(), check.isIpv4());
        assertEquals(SampleFrames.SOURCE_MAC.value(), check.sourceMac());
        IpAddress source = sample.isIpv4() ? SampleFrames.SOURCE_4 : SampleFrames.SOURCE_6;
        assertEquals(source, new IpAddress(check.sourceHigh(), check.sourceLow()));
        assertEquals(SampleFrames.ENTROPY, check.entropy());
        assertEquals(frame.address() + (sample.isIpv4() ? BTH_4 : BTH_6), check.bthAddress());
        assertEquals(sample.opcode(), BthLayout.opcode(check.bthAddress()));
        assertEquals(SampleFrames.PSN, BthLayout.psn(check.bthAddress()));
        assertEquals(
                SampleFrames.DESTINATION_INCARNATION, IdentityLayout.destinationIncarnation(check.identityAddress()));
        assertEquals(SampleFrames.SOURCE_INCARNATION, IdentityLayout.sourceIncarnation(check.identityAddress()));
        assertEquals(SampleFrames.SOURCE_QP, IdentityLayout.sourceQp(check.identityAddress()));
        assertEquals(sample.payloadBytes(), check.payloadLength());
        if (sample.kind() == PacketKind.DATA) {
            long end = frame.address() + frame.byteSize() - Icrc.LENGTH - BthLayout.pad(check.bthAddress());
            assertEquals(end, check.payloadAddress() + check.payloadLength());
            assertEquals(SampleFrames.MSN, AinicLayout.msn(check.bthAddress()));
            assertEquals(SampleFrames.MESSAGE_PACKETS, AinicLayout.messagePackets(check.bthAddress()));
            assertEquals(SampleFrames.VIRTUAL_ADDRESS, RethLayout.virtualAddress(check.bthAddress()));
            assertEquals(SampleFrames.KEY, RethLayout.key(check.bthAddress()));
        }
        if (sample.opcode() == Opcode.WRITE_IMMEDIATE) {
            assertEquals(SampleFrames.IMMEDIATE, ImmDtLayout.immediate(check.bthAddress()));
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void shouldIgnoreWhatIsBehindTheIpLengthWhenTheFrameIsPadded(Sample sample) {
        byte[] padded = Arrays.copyOf(sample.bytes(), sample.bytes().length + 13);
        assertEquals(sample.kind(), check(sample.isIpv4(), padded));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void shouldLookBehindTheTagWhenTheFrameHasOne(Sample sample) {
        byte[] tagged = tagged(sample.bytes());
        MemorySegment frame = nativeCopy(tagged);
        FrameCheck check = sample.isIpv4() ? own4 : own6;
        assertEquals(sample.kind(), check.check(frame.address(), tagged.length));
        assertEquals(ETHERNET + VlanLayout.LENGTH, check.l3Offset());
        assertEquals(sample.payloadBytes(), check.payloadLength());
        assertEquals(FrameDefect.NOT_IP, defect(sample.isIpv4(), tagged(tagged)));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void shouldSayTrimmedWhenASwitchCutADataPacketBehindItsHeaders(Sample sample) {
        int headers = (sample.isIpv4() ? BTH_4 : BTH_6)
                + (sample.opcode() == Opcode.WRITE_IMMEDIATE
                        ? PacketSize.DATA_IMMEDIATE_HEADERS
                        : PacketSize.DATA_HEADERS);
        for (boolean rewritten : new boolean[] {true, false}) {
            for (int length = UDP_4 + 40; length < Math.min(sample.bytes().length, 160); length++) {
                byte[] trimmed = SampleFrames.trimmed(sample, length, rewritten);
                int answer = check(sample.isIpv4(), trimmed);
                if (sample.kind() == PacketKind.DATA && length >= headers) {
                    assertEquals(PacketKind.DATA_TRIMMED, answer, sample + " length=" + length);
                    FrameCheck check = sample.isIpv4() ? own4 : own6;
                    assertEquals(0, check.payloadLength());
                } else {
                    assertTrue(answer < 0, sample + " length=" + length);
                }
            }
        }
    }

    @Test
    void shouldHandOnToNeighbourResolutionWhenTheFrameIsArpOrNeighbourDiscovery() {
        byte[] arp = new byte[42];
        new Ethernet(SampleFrames.DESTINATION_MAC, SampleFrames.SOURCE_MAC, EthernetLayout.TYPE_ARP)
                .emit(MemorySegment.ofArray(arp), 0);
        assertEquals(PacketKind.NEIGHBOUR, check(true, arp));
        assertEquals(PacketKind.NEIGHBOUR, check(false, neighbourDiscovery(135)));
        assertEquals(PacketKind.NEIGHBOUR, check(false, neighbourDiscovery(136)));
        assertEquals(FrameDefect.NOT_UDP, defect(false, neighbourDiscovery(128)));
    }

    @Test
    void shouldSayNotIpWhenTheEtherTypeIsAnother() {
        assertEquals(FrameDefect.NOT_IP, defect(true, changed("write", true, f -> put(f, 12, 0x89, 0x15))));
    }

    @Test
    void shouldSayIpVersionWhenItDoesNotFitTheEtherType() {
        assertEquals(FrameDefect.IP_VERSION, defect(true, changed("write", true, f -> put(f, ETHERNET, 0x65))));
        assertEquals(FrameDefect.IP_VERSION, defect(false, changed("write", false, f -> put(f, ETHERNET, 0x40))));
    }

    @Test
    void shouldSayIpHeaderLengthWhenItIsBelowTwenty() {
        assertEquals(FrameDefect.IP_HEADER_LENGTH, defect(true, changed("write", true, f -> put(f, ETHERNET, 0x44))));
    }

    @Test
    void shouldSayIpTotalLengthWhenItIsBelowTheHeaderOrBeyondTheFrame() {
        assertEquals(FrameDefect.IP_TOTAL_LENGTH, defect(true, withTotalLength("sack", 19)));
        assertEquals(FrameDefect.IP_TOTAL_LENGTH, defect(true, withTotalLength("sack", 1000)));
        assertEquals(
                FrameDefect.IP_TOTAL_LENGTH,
                defect(false, changed("sack", false, f -> put(f, ETHERNET + 4, 0x03, 0xE8))));
    }

    @Test
    void shouldSayIpChecksumWhenItIsWrong() {
        for (int bit = 0; bit < 16; bit++) {
            int changedBit = bit;
            assertEquals(
                    FrameDefect.IP_CHECKSUM,
                    defect(
                            true,
                            changed(
                                    "write",
                                    true,
                                    f -> f[ETHERNET + 10 + changedBit / 8] ^= (byte) (1 << changedBit % 8))));
        }
    }

    @Test
    void shouldSayIpOptionsWhenThereAreAny() {
        byte[] plain = SampleFrames.named("write", true).bytes();
        byte[] bytes = new byte[plain.length + 4];
        System.arraycopy(plain, 0, bytes, 0, UDP_4);
        System.arraycopy(plain, UDP_4, bytes, UDP_4 + 4, plain.length - UDP_4);
        put(bytes, ETHERNET, 0x46);
        put(bytes, ETHERNET + 2, (bytes.length - ETHERNET) >> 8, bytes.length - ETHERNET);
        put(bytes, UDP_4, 1, 1, 1, 0); // three no-operations and the end of options
        put(bytes, ETHERNET + 10, 0, 0);
        int checksum = ReferenceSums.internetChecksum(Arrays.copyOfRange(bytes, ETHERNET, ETHERNET + 24));
        put(bytes, ETHERNET + 10, checksum >> 8, checksum);
        assertEquals(FrameDefect.IP_OPTIONS, defect(true, bytes));
        for (int extension : new int[] {0, 43, 51, 60}) {
            assertEquals(
                    FrameDefect.IP_OPTIONS,
                    defect(false, changed("write", false, f -> put(f, ETHERNET + 6, extension))));
        }
    }

    @Test
    void shouldSayFragmentWhenThePacketIsAPart() {
        assertEquals(FrameDefect.IP_FRAGMENT, defect(true, withIp(f -> put(f, ETHERNET + 6, 0x20, 0x00))));
        assertEquals(FrameDefect.IP_FRAGMENT, defect(true, withIp(f -> put(f, ETHERNET + 6, 0x00, 0x01))));
        assertEquals(FrameDefect.IP_FRAGMENT, defect(false, changed("write", false, f -> put(f, ETHERNET + 6, 44))));
    }

    @Test
    void shouldSayNotUdpWhenTheProtocolIsAnother() {
        assertEquals(FrameDefect.NOT_UDP, defect(true, withIp(f -> put(f, ETHERNET + 9, 6))));
        assertEquals(FrameDefect.NOT_UDP, defect(false, changed("write", false, f -> put(f, ETHERNET + 6, 6))));
    }

    @Test
    void shouldSayWrongPortWhenItIsNotOurs() {
        assertEquals(FrameDefect.WRONG_PORT, defect(true, changed("write", true, f -> put(f, UDP_4 + 2, 0, 53))));
    }

    @Test
    void shouldSayWrongAddressWhenThePacketIsForAnother() {
        assertEquals(FrameDefect.WRONG_ADDRESS, defect(true, withIp(f -> put(f, ETHERNET + 19, 99))));
        assertEquals(FrameDefect.WRONG_ADDRESS, defect(false, changed("write", false, f -> put(f, ETHERNET + 39, 99))));
        assertEquals(FrameDefect.WRONG_ADDRESS, defect(false, changed("write", false, f -> put(f, ETHERNET + 24, 99))));
        assertEquals(
                FrameDefect.WRONG_ADDRESS,
                defect(false, SampleFrames.named("write", true).bytes()));
    }

    @Test
    void shouldTakeEveryAddressWhenMadeForAnyDestination() {
        FrameCheck any = FrameCheck.forAnyDestination(arena, UdpLayout.ROCE_V2_PORT);
        for (Sample sample : samples()) {
            MemorySegment frame = nativeCopy(sample.bytes());
            assertEquals(sample.kind(), any.check(frame.address(), (int) frame.byteSize()));
        }
    }

    @Test
    void shouldSayUdpLengthWhenItFitsNeitherIpNorPacket() {
        assertEquals(FrameDefect.UDP_LENGTH, defect(true, changed("write", true, f -> put(f, UDP_4 + 4, 0, 60))));
        assertEquals(FrameDefect.UDP_LENGTH, defect(true, changed("write", true, f -> put(f, UDP_4 + 4, 9, 0))));
        byte[] longer = Arrays.copyOf(SampleFrames.named("sack", false).bytes(), BTH_6 + 48);
        put(longer, ETHERNET + 4, 0, 56);
        put(longer, ETHERNET + 40 + 4, 0, 56);
        assertEquals(FrameDefect.UDP_LENGTH, defect(false, longer));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x0A, 0x49, 0x4C, 0x64, 0x81, 0xFB, 0xFF})
    void shouldSayUnknownOpcodeWhenItIsNotOfThisProtocol(int opcode) {
        assertEquals(FrameDefect.UNKNOWN_OPCODE, defect(true, changed("write", true, f -> put(f, BTH_4, opcode))));
    }

    @Test
    void shouldSayBadVersionWhenItIsNotZero() {
        assertEquals(FrameDefect.BAD_VERSION, defect(true, changed("write", true, f -> put(f, BTH_4 + 1, 1))));
        assertEquals(FrameDefect.BAD_VERSION, defect(true, changed("sack", true, f -> put(f, BTH_4 + 1, 1))));
    }

    @Test
    void shouldSayReservedFlagsWhenOneIsSetOrAVoidPacketHasAnImmediate() {
        for (int flag = 0x08; flag <= 0x80; flag <<= 1) {
            int set = flag;
            assertEquals(
                    FrameDefect.RESERVED_FLAGS, defect(true, changed("write", true, f -> put(f, BTH_4 + 12, set))));
        }
        byte[] voidImmediate = changed("write-imm-empty", true, f -> put(f, BTH_4 + 12, AinicLayout.VOID));
        assertEquals(FrameDefect.RESERVED_FLAGS, defect(true, voidImmediate));
    }

    @Test
    void shouldSayZeroPacketsWhenTheMessageHasNone() {
        assertEquals(FrameDefect.ZERO_PACKETS, defect(true, changed("write", true, f -> put(f, BTH_4 + 13, 0, 0, 0))));
    }

    @Test
    void shouldSayBadPadWhenItDoesNotFitThePayload() {
        assertEquals(FrameDefect.BAD_PAD, defect(true, changed("write", true, f -> put(f, BTH_4 + 1, 0x10))));
        assertEquals(FrameDefect.BAD_PAD, defect(true, changed("write-padded", true, f -> put(f, BTH_4 + 1, 0x10))));
        assertEquals(FrameDefect.BAD_PAD, defect(true, changed("probe", true, f -> put(f, BTH_4 + 1, 0x30))));
    }

    @Test
    void shouldSayDmaLengthWhenItIsLessThanThereIsOrMoreThanCanBe() {
        int dmaLength = BTH_4 + RethLayout.OFFSET + RethLayout.DMA_LENGTH;
        assertEquals(FrameDefect.DMA_LENGTH, defect(true, changed("write", true, f -> put(f, dmaLength, 0, 0, 0, 60))));
        assertEquals(FrameDefect.DMA_LENGTH, defect(true, changed("write", true, f -> put(f, dmaLength, 0, 1, 0, 0))));
        assertEquals(
                FrameDefect.DMA_LENGTH, defect(true, changed("write", true, f -> put(f, dmaLength, 0x80, 0, 0, 0))));
        assertEquals(
                FrameDefect.DMA_LENGTH,
                defect(true, changed("write", true, f -> put(f, BTH_4 + 12, AinicLayout.VOID))));
    }

    @Test
    void shouldSayBadIcrcWhenPayloadOrIcrcDiffers() {
        for (boolean isIpv4 : new boolean[] {true, false}) {
            byte[] bytes = SampleFrames.named("write", isIpv4).bytes();
            for (int offset = bytes.length - 68; offset < bytes.length; offset++) {
                byte[] broken = bytes.clone();
                broken[offset] ^= 0x10;
                assertEquals(FrameDefect.BAD_ICRC, defect(isIpv4, broken));
            }
        }
    }

    @Test
    void shouldHaveDistinctCodesInOrderWhenDefectsAreLookedUp() {
        int code = 0;
        for (FrameDefect defect : FrameDefect.values()) {
            assertEquals(--code, defect.code());
            assertEquals(defect, FrameDefect.ofCode(code));
        }
        assertEquals(-code, FrameDefect.count());
    }

    private int check(boolean isIpv4, byte[] bytes) {
        MemorySegment frame = nativeCopy(bytes);
        int answer = (isIpv4 ? own4 : own6).check(frame.address(), bytes.length);
        assertArrayEquals(bytes, frame.toArray(ValueLayout.JAVA_BYTE), "a check only reads");
        return answer;
    }

    private FrameDefect defect(boolean isIpv4, byte[] bytes) {
        int answer = check(isIpv4, bytes);
        assertTrue(answer < 0, () -> "taken as " + PacketKind.name(answer));
        return FrameDefect.ofCode(answer);
    }

    private MemorySegment nativeCopy(byte[] bytes) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    private static byte[] changed(String name, boolean isIpv4, Consumer<byte[]> change) {
        byte[] bytes = SampleFrames.named(name, isIpv4).bytes();
        change.accept(bytes);
        return bytes;
    }

    /** Changes the IPv4 header of a write and puts its checksum right. */
    private static byte[] withIp(Consumer<byte[]> change) {
        byte[] bytes = changed("write", true, change);
        MemorySegment frame = MemorySegment.ofArray(bytes);
        SampleFrames.putIpv4(frame, ETHERNET, Ipv4Header.parse(frame, ETHERNET));
        return bytes;
    }

    private static byte[] withTotalLength(String name, int totalLength) {
        byte[] bytes = changed(name, true, f -> put(f, ETHERNET + 2, totalLength >> 8, totalLength));
        MemorySegment frame = MemorySegment.ofArray(bytes);
        SampleFrames.putIpv4(frame, ETHERNET, Ipv4Header.parse(frame, ETHERNET));
        return bytes;
    }

    private static byte[] neighbourDiscovery(int type) {
        byte[] bytes = new byte[ETHERNET + 40 + 32];
        MemorySegment frame = MemorySegment.ofArray(bytes);
        new Ethernet(SampleFrames.DESTINATION_MAC, SampleFrames.SOURCE_MAC, EthernetLayout.TYPE_IPV6).emit(frame, 0);
        new Ipv6Header(0, 0, 32, Ipv6Layout.NEXT_ICMP, 255, SampleFrames.SOURCE_6, IpAddress.parse("ff02::1:ff01:4"))
                .emit(frame, ETHERNET);
        put(bytes, ETHERNET + 40, type);
        return bytes;
    }

    private static byte[] tagged(byte[] bytes) {
        byte[] tagged = new byte[bytes.length + 4];
        System.arraycopy(bytes, 0, tagged, 0, 12);
        System.arraycopy(bytes, 12, tagged, 16, bytes.length - 12);
        put(tagged, 12, 0x81, 0x00, 0x60, 0x05);
        return tagged;
    }

    private static void put(byte[] bytes, int offset, int... values) {
        for (int i = 0; i < values.length; i++) {
            bytes[offset + i] = (byte) values[i];
        }
    }
}

package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.fired;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.nack;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Write.write;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.FrameWriter;
import io.heliograph.transport.wire.Icrc;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.Opcode;
import io.heliograph.transport.wire.PacketFields;
import io.heliograph.transport.wire.PeerHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** R2, two operations and checked frames; what each defect looks like is the wire format's own test. */
class FrameRulesTest {
    private static final int BTH = 14 + 20 + 8;

    private final Script script = new Script();
    private final RawPeer peer = script.peer;
    private final App app = script.app;
    private final Target target = script.target;

    @AfterEach
    void close() {
        script.close();
    }

    @ParameterizedTest
    @DisplayName("R2.1 messages of every size are cut as section 2.1 says")
    @ValueSource(ints = {0, 1, 3, 4, 256})
    void shouldSendOnePacketWhenMessageFits(int length) {
        app.writes(write(0, length).at(8).immediate(0x1234_5678));
        peer.expects(data().psn(0)
                .msn(0)
                .of(1)
                .at(8)
                .key(Script.REMOTE_KEY)
                .payload(App.bytesAt(8, length))
                .immediate(0x1234_5678)
                .acknowledge(true)
                .flags(0));
        peer.expectsNothing();
    }

    @Test
    @DisplayName("R2.1 exactly one payload is one packet, one byte more is two")
    void shouldCutWhenMessageIsLongerThanPayload() {
        int payload = Script.PAYLOAD_BYTES;
        app.writes(write(0, payload));
        peer.expects(data().psn(0).of(1).at(0).payload(App.bytesAt(0, payload)));
        app.writes(write(1, payload + 1).at(4).immediate(9).fenced());
        peer.expects(
                data().psn(1)
                        .of(2)
                        .msn(1)
                        .at(4)
                        .payload(App.bytesAt(4, payload))
                        .flags(AinicLayout.FENCED),
                data().psn(2)
                        .of(2)
                        .msn(1)
                        .at(4 + payload)
                        .payload(App.bytesAt(4 + payload, 1))
                        .immediate(9)
                        .fenced());
        peer.expectsNothing();
    }

    @Test
    @DisplayName("R2.1 a WRITE and a WRITE-with-IMM are placed, empty ones too; no other operation is")
    void shouldTakeBothOperationsWhenTheyArrive() {
        peer.sends(
                data().psn(0).msn(0).at(0).bytes(1, 2),
                data().psn(1).msn(1).at(8).bytes(3).immediate(4),
                data().psn(2).msn(2).bytes(),
                data().psn(3).msn(3).bytes().immediate(5));
        target.with(0, 1, 2).nowHas(8, 3);
        app.gets(fired(4), fired(5));
        peer.expects(sackUpTo(4));
    }

    @ParameterizedTest
    @DisplayName("R2.1 every other opcode is dropped and counted, though its ICRC is right")
    @CsvSource({"0x00", "0x0A", "0x49", "0x4C", "0x6A", "0xFB", "0xFF"})
    void shouldDropPacketWhenOpcodeIsUnknown(String opcode) {
        byte[] frame = peer.frame(data());
        frame[BTH] = (byte) (int) Integer.decode(opcode);
        peer.sendsFrames(signed(frame));
        assertNothingHappened();
        script.counts(EndpointCounter.FOREIGN, 1);
    }

    @ParameterizedTest
    @DisplayName("R2.2 a malformed header is dropped and counted, though its ICRC is right")
    @CsvSource({
        "14, 0x55, IP version",
        "15, 0x10, header checksum",
        "43, 0x01, TVer",
        "43, 0x10, pad",
        "54, 0x08, reserved flag",
        "54, 0x80, reserved flag",
        "57, 0x00, N",
        "86, 0x01, DMA length of 16 MB",
        "89, 0x00, DMA length"
    })
    void shouldDropPacketWhenHeaderIsMalformed(int index, String value, String what) {
        byte[] frame = peer.frame(data().of(1));
        frame[index] = (byte) (int) Integer.decode(value);
        peer.sendsFrames(signed(frame));
        assertNothingHappened();
        script.counts(EndpointCounter.MALFORMED, 1);
    }

    @Test
    @DisplayName("R2.2 frames for another port or address, not UDP, not IP, and address resolution are not ours")
    void shouldDropFrameWhenItIsNotForUs() {
        byte[] port = peer.frame(data());
        port[14 + 20 + 3] ^= 1;
        byte[] arp = Arrays.copyOf(peer.frame(data()), 60);
        arp[12] = 0x08;
        arp[13] = 0x06;
        byte[] lldp = arp.clone();
        lldp[12] = (byte) 0x88;
        lldp[13] = (byte) 0xCC;
        peer.sendsFrames(signed(port), lldp);
        script.counts(EndpointCounter.FOREIGN, 2);
        peer.sendsFrames(arp);
        assertNothingHappened();
    }

    @Test
    @DisplayName("R2.2 an IPv4 address that comes in an IPv6 header is nobody's")
    void shouldDropFrameWhenIpv4AddressIsMappedIntoIpv6() {
        IpAddress mapped = IpAddress.parse("fd00::9");
        peer.sendsFrames(ipv6Frame(mapped, 0xC612_0001));
        peer.sendsFrames(ipv6Frame(mapped, 0xC612_0001));
        assertNothingHappened();
        script.counts(EndpointCounter.RELATIONS, 0);
        script.counts(EndpointCounter.FOREIGN, 2);
    }

    @Test
    @DisplayName("R2.2 every bit of a frame matters, but for those a router may change")
    void shouldNotTakeFrameWhenAnyBitIsFlipped() {
        byte[] frame = peer.frame(data().at(4).bytes(7, 7, 7));
        int bthReserved = BTH + 4;
        for (int i = 12; i < frame.length; i++) {
            if (i == bthReserved || i == 40 || i == 41) {
                continue;
            }
            for (int bit = 0; bit < 8; bit++) {
                peer.sendsFrames(RawFrames.flipped(frame, i, bit));
            }
        }
        assertOnlyAskedAgain();
        peer.sendsFrames(RawFrames.flipped(frame, bthReserved, 3));
        target.nowHas(4, 7, 7, 7);
        peer.expects(sackUpTo(1));
    }

    @Test
    @DisplayName("R2.2 no cut of a frame is placed")
    void shouldNotTakeFrameWhenItIsCut() {
        byte[] frame = peer.frame(data().at(4).filled(100, 7).immediate(1));
        for (int length = 14; length < frame.length; length++) {
            peer.sendsFrames(RawFrames.trimmed(frame, length));
        }
        assertOnlyAskedAgain();
    }

    @Test
    @DisplayName("R2.3 what follows the length that IP gives is ignored")
    void shouldTakeFrameWhenEthernetPaddedIt() {
        byte[] frame = peer.frame(data().at(4).bytes(7, 8, 9, 10));
        byte[] padded = Arrays.copyOf(frame, frame.length + 30);
        Arrays.fill(padded, frame.length, padded.length, (byte) 0xAB);
        peer.sendsFrames(padded);
        target.nowHas(4, 7, 8, 9, 10);
        peer.expects(sackUpTo(1));
    }

    /** A changed length can make a frame look trimmed (R9.3). */
    private void assertOnlyAskedAgain() {
        for (Packet each : peer.all()) {
            assertTrue(nack(NackReason.TRIMMED).matches(each), each::toString);
        }
        assertNothingHappened();
    }

    private void assertNothingHappened() {
        target.isUnchanged();
        peer.expectsNothing();
        app.getsNothing();
        script.counts(EndpointCounter.DATA_ACCEPTED, 0);
    }

    /** The frame with the ICRC, but not the header checksum, put right. */
    private static byte[] signed(byte[] frame) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(frame.length + 64L, 64);
            MemorySegment.copy(frame, 0, memory, ValueLayout.JAVA_BYTE, 0, frame.length);
            int covered = frame.length - 14 - Icrc.LENGTH;
            long ip = memory.address() + 14;
            Icrc.put(ip + covered, new Icrc(arena).compute(ip, true, covered));
            return memory.asSlice(0, frame.length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** A data packet over IPv6 for the IPv4-mapped form of an address. */
    private byte[] ipv6Frame(IpAddress source, int destination) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(256, 64);
            PeerHeader header = new PeerHeader(arena, source, IpAddress.parse("fd00::1"), Script.UDP_PORT);
            header.retarget(1, 2, 0, IpAddress.ipv4MappedLow(destination));
            PacketFields fields = new PacketFields();
            fields.sourceIncarnation = Script.PEER_INCARNATION;
            fields.messagePackets = 1;
            fields.virtualAddress = target.region().address();
            fields.key = target.region().key();
            int length = new FrameWriter(arena)
                    .writeData(memory.address(), header, Script.ENTROPY, fields, memory.address(), 4);
            byte[] frame = memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
            if (frame[14 + 40 + 8] != Opcode.WRITE) {
                throw new AssertionError("not where the opcode is");
            }
            return frame;
        }
    }
}

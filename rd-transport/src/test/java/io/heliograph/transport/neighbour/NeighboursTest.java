package io.heliograph.transport.neighbour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NeighboursTest {
    private static final MacAddress MAC_A = MacAddress.parse("02:00:00:00:00:0a");
    private static final MacAddress MAC_B = MacAddress.parse("02:00:00:00:00:0b");
    private static final MacAddress MAC_C = MacAddress.parse("02:00:00:00:00:0c");
    private static final long SECOND_NS = 1_000_000_000L;

    private final Arena arena = Arena.ofConfined();
    private final long frame = arena.allocate(256, 8).address();
    private long nowNs = Long.MIN_VALUE + 5; // System.nanoTime may be anywhere

    @AfterEach
    void closeArena() {
        arena.close();
    }

    private Neighbours node(MacAddress mac, String ip, int capacity) {
        return new Neighbours(mac, IpAddress.parse(ip), capacity, nowNs);
    }

    private static long lookUp(Neighbours node, String ip) {
        IpAddress address = IpAddress.parse(ip);
        return node.macOf(address.high(), address.low());
    }

    /** Lets one node's next frame reach the other; returns its length. */
    private int carry(Neighbours from, Neighbours to) {
        int lengthBytes = from.poll(nowNs, frame);
        if (lengthBytes > 0) {
            assertTrue(to.onFrame(frame, lengthBytes));
        }
        return lengthBytes;
    }

    private void put(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        for (int i = 0; i < bytes.length; i++) {
            NativeMemory.putByte(frame + i, bytes[i]);
        }
    }

    private String written(int lengthBytes) {
        return HexFormat.of().formatHex(NativeMemory.segment(frame, lengthBytes).toArray(ValueLayout.JAVA_BYTE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.%d", "fd00::%d"})
    void shouldFindEachOtherWhenOneAsks(String pattern) {
        Neighbours a = node(MAC_A, pattern.formatted(1), 16);
        Neighbours b = node(MAC_B, pattern.formatted(2), 16);
        assertEquals(Neighbours.UNRESOLVED, lookUp(a, pattern.formatted(2)));
        assertTrue(a.nextDeadlineNs() - nowNs <= 0);
        assertTrue(carry(a, b) > 0, "request");
        assertTrue(carry(b, a) > 0, "answer");
        assertEquals(MAC_B.value(), lookUp(a, pattern.formatted(2)));
        assertEquals(MAC_A.value(), lookUp(b, pattern.formatted(1)), "b learned from the request");
        assertEquals(0, a.poll(nowNs, frame));
        assertEquals(0, b.poll(nowNs, frame));
        assertEquals(1, a.count(NeighbourCounter.LEARNED_BY_ANSWER));
        assertEquals(1, b.count(NeighbourCounter.LEARNED_BY_REQUEST));
        assertEquals(nowNs + 30 * SECOND_NS, a.nextDeadlineNs());
    }

    @Test
    void shouldWriteTheRequestsOfTheRfcs() {
        Neighbours a = node(MAC_A, "10.0.0.1", 16);
        lookUp(a, "10.0.0.2");
        assertEquals(60, a.poll(nowNs, frame));
        assertEquals(
                "ffffffffffff" + "02000000000a" + "0806" + "0001080006040001" + "02000000000a" + "0a000001"
                        + "000000000000" + "0a000002" + "00".repeat(18),
                written(60));
        Neighbours a6 = node(MAC_A, "fd00::1", 16);
        lookUp(a6, "fd00::1234:5678");
        assertEquals(86, a6.poll(nowNs, frame));
        String text = written(86);
        assertEquals("3333ff345678" + "02000000000a" + "86dd" + "6000000000203aff", text.substring(0, 44));
        assertEquals("ff0200000000000000000001ff345678" + "8700", text.substring(76, 112));
        assertEquals("00000000" + "fd000000000000000000000012345678" + "0101" + "02000000000a", text.substring(116));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.%d", "fd00::%d"})
    void shouldGiveUpAfterFiveTriesAndAskAgainLater(String pattern) {
        Neighbours a = node(MAC_A, pattern.formatted(1), 16);
        String peer = pattern.formatted(2);
        lookUp(a, peer);
        long waitNs = SECOND_NS / 10;
        for (int i = 0; i < 5; i++) {
            assertTrue(a.poll(nowNs, frame) > 0, "try " + i);
            assertEquals(0, a.poll(nowNs, frame));
            assertEquals(nowNs + waitNs, a.nextDeadlineNs());
            nowNs += waitNs - 1;
            assertEquals(0, a.poll(nowNs, frame));
            assertEquals(Neighbours.UNRESOLVED, lookUp(a, peer));
            nowNs++;
            waitNs *= 2;
        }
        assertEquals(0, a.poll(nowNs, frame));
        assertEquals(Neighbours.UNREACHABLE, lookUp(a, peer));
        assertEquals(1, a.count(NeighbourCounter.GIVEN_UP));
        nowNs = a.nextDeadlineNs();
        assertEquals(0, a.poll(nowNs, frame));
        assertEquals(Neighbours.UNRESOLVED, lookUp(a, peer));
        assertTrue(a.poll(nowNs, frame) > 0, "asks again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.%d", "fd00::%d"})
    void shouldProbeTheKnownAddressWhenItIsOldAndInUse(String pattern) {
        Neighbours a = node(MAC_A, pattern.formatted(1), 16);
        Neighbours b = node(MAC_B, pattern.formatted(2), 16);
        lookUp(a, pattern.formatted(2));
        carry(a, b);
        carry(b, a);
        lookUp(a, pattern.formatted(2));
        nowNs = a.nextDeadlineNs();
        assertTrue(a.poll(nowNs, frame) > 0);
        assertEquals(MAC_B.value(), NativeMemory.getLongBigEndian(frame) >>> 16, "asked by unicast");
        assertEquals(MAC_B.value(), lookUp(a, pattern.formatted(2)), "used meanwhile");
        Neighbours newB = node(MAC_C, pattern.formatted(2), 16); // the card was replaced: nobody answers by unicast
        nowNs = a.nextDeadlineNs();
        assertTrue(a.poll(nowNs, frame) > 0, "second probe");
        nowNs = a.nextDeadlineNs();
        assertTrue(a.poll(nowNs, frame) > 0, "third probe");
        nowNs = a.nextDeadlineNs();
        assertTrue(carry(a, newB) > 0, "asks everybody");
        assertEquals(Neighbours.UNRESOLVED, lookUp(a, pattern.formatted(2)));
        carry(newB, a);
        assertEquals(MAC_C.value(), lookUp(a, pattern.formatted(2)));
    }

    @Test
    void shouldNotProbeWhatNobodyUses() {
        Neighbours a = node(MAC_A, "10.0.0.1", 16);
        Neighbours b = node(MAC_B, "10.0.0.2", 16);
        lookUp(b, "10.0.0.1");
        carry(b, a);
        carry(a, b);
        nowNs = a.nextDeadlineNs();
        assertEquals(0, a.poll(nowNs, frame));
    }

    @Test
    void shouldBelieveNoAnswerThatItDidNotAskFor() {
        Neighbours a = node(MAC_A, "10.0.0.1", 16);
        ArpMessage.write(frame, ArpMessage.REPLY, MAC_A.value(), MAC_B.value(), 0x0a000002, MAC_A.value(), 0x0a000001);
        assertTrue(a.onFrame(frame, 60));
        assertEquals(1, a.count(NeighbourCounter.UNASKED));
        // Asked for, but not on the wire yet: still nobody can know.
        assertEquals(Neighbours.UNRESOLVED, lookUp(a, "10.0.0.2"));
        assertTrue(a.onFrame(frame, 60));
        assertEquals(Neighbours.UNRESOLVED, lookUp(a, "10.0.0.2"));
        assertEquals(2, a.count(NeighbourCounter.UNASKED));
    }

    @Test
    void shouldNotLearnFromRequestsForOthers() {
        Neighbours a = node(MAC_A, "10.0.0.1", 16);
        ArpMessage.write(frame, ArpMessage.REQUEST, Ethernet.BROADCAST, MAC_B.value(), 0x0a000002, 0, 0x0a000003);
        assertTrue(a.onFrame(frame, 60));
        assertEquals(1, a.count(NeighbourCounter.NOT_FOR_US));
        assertEquals(0, a.poll(nowNs, frame));
        assertEquals(Neighbours.UNRESOLVED, lookUp(a, "10.0.0.2"));
    }

    @Test
    void shouldCountAStationThatHasOurAddress() {
        Neighbours a = node(MAC_A, "10.0.0.1", 16);
        ArpMessage.write(frame, ArpMessage.REQUEST, Ethernet.BROADCAST, MAC_B.value(), 0x0a000001, 0, 0x0a000001);
        assertTrue(a.onFrame(frame, 60));
        assertEquals(1, a.count(NeighbourCounter.CONFLICT));
        assertEquals(0, a.poll(nowNs, frame));
    }

    @Test
    void shouldAnswerAnAddressProbeWithoutLearning() {
        Neighbours a = node(MAC_A, "10.0.0.1", 16);
        ArpMessage.write(frame, ArpMessage.REQUEST, Ethernet.BROADCAST, MAC_B.value(), 0, 0, 0x0a000001);
        assertTrue(a.onFrame(frame, 60));
        assertEquals(60, a.poll(nowNs, frame));
        assertEquals(0, a.count(NeighbourCounter.LEARNED_BY_REQUEST));
        Neighbours a6 = node(MAC_A, "fd00::1", 16);
        // Duplicate address detection, RFC 4862 section 5.4: source ::, no option; checksum computed below.
        put("3333ff000001 02000000000b 86dd 6000000000183aff" + "00".repeat(16) + "ff0200000000000000000001ff000001"
                + "87000000 00000000 fd000000000000000000000000000001");
        fixChecksum(24);
        assertTrue(a6.onFrame(frame, 78));
        assertEquals(86, a6.poll(nowNs, frame));
        assertEquals("333300000001" + "02000000000a", written(12), "to all nodes");
        assertEquals("ff020000000000000000000000000001", written(86).substring(76, 108));
    }

    @Test
    void shouldUseStaticEntriesAndNeverChangeThem() {
        Neighbours a = node(MAC_A, "10.0.0.1", 1);
        a.addStatic(IpAddress.parse("10.0.0.2"), MAC_C);
        assertEquals(MAC_C.value(), lookUp(a, "10.0.0.2"));
        ArpMessage.write(frame, ArpMessage.REQUEST, Ethernet.BROADCAST, MAC_B.value(), 0x0a000002, 0, 0x0a000001);
        a.onFrame(frame, 60);
        assertEquals(MAC_C.value(), lookUp(a, "10.0.0.2"));
        assertThrows(IllegalStateException.class, () -> a.addStatic(IpAddress.parse("10.0.0.3"), MAC_B));
        assertEquals(Neighbours.UNRESOLVED, lookUp(a, "10.0.0.3"));
        assertEquals(2, a.count(NeighbourCounter.TABLE_FULL));
        a.addStatic(IpAddress.parse("10.0.0.2"), MAC_B);
        assertEquals(MAC_B.value(), lookUp(a, "10.0.0.2"));
    }

    @Test
    void shouldKeepWhatIsWantedWhenAFloodOfRequestsFillsTheTable() {
        Neighbours a = node(MAC_A, "10.0.0.1", 8);
        Neighbours b = node(MAC_B, "10.0.0.2", 8);
        lookUp(a, "10.0.0.2");
        carry(a, b);
        carry(b, a);
        for (int i = 0; i < 1_000; i++) {
            ArpMessage.write(
                    frame,
                    ArpMessage.REQUEST,
                    Ethernet.BROADCAST,
                    0x0200_0001_0000L + i,
                    0x0a000100 + i,
                    0,
                    0x0a000001);
            a.onFrame(frame, 60);
        }
        assertEquals(MAC_B.value(), lookUp(a, "10.0.0.2"));
        assertEquals(1_000 - 7, a.count(NeighbourCounter.TABLE_FULL));
        assertEquals(1_000 - 64, a.count(NeighbourCounter.ANSWER_DROPPED));
        assertEquals(Neighbours.UNRESOLVED, lookUp(a, "10.0.0.9"));
        assertEquals(1_000 - 7, a.count(NeighbourCounter.TABLE_FULL), "what is wanted takes the place of what is not");
    }

    @ParameterizedTest
    @ValueSource(strings = {"224.0.0.1", "255.255.255.255", "0.0.0.0", "fd00::2"})
    void shouldNotAskForWhatIsNoHostOfOurKind(String ip) {
        assertEquals(Neighbours.UNREACHABLE, lookUp(node(MAC_A, "10.0.0.1", 4), ip));
    }

    @Test
    void shouldKnowItself() {
        assertEquals(MAC_A.value(), lookUp(node(MAC_A, "fd00::1", 4), "fd00::1"));
    }

    @Test
    void shouldLeaveOtherFramesAlone() {
        Neighbours a = node(MAC_A, "10.0.0.1", 4);
        put("02000000000a02000000000b" + "0800" + "45".repeat(46));
        assertFalse(a.onFrame(frame, 60));
        put("02000000000a02000000000b" + "86dd" + "6000000000081140" + "00".repeat(40));
        assertFalse(a.onFrame(frame, 62));
        assertFalse(a.onFrame(frame, 13));
    }

    @Test
    void shouldDropAndCountWhatIsMalformed() {
        Neighbours a = node(MAC_A, "10.0.0.1", 4);
        ArpMessage.write(frame, ArpMessage.REQUEST, Ethernet.BROADCAST, MAC_B.value(), 0x0a000002, 0, 0x0a000001);
        assertTrue(a.onFrame(frame, 41), "too short");
        for (int offset : new int[] {14, 15, 16, 17, 18, 19, 20, 22}) { // spaces, lengths, opcode, a group as sender
            NativeMemory.putByte(frame + offset, (byte) (NativeMemory.getByte(frame + offset) ^ 0x11));
            assertTrue(a.onFrame(frame, 60));
            NativeMemory.putByte(frame + offset, (byte) (NativeMemory.getByte(frame + offset) ^ 0x11));
        }
        assertEquals(9, a.count(NeighbourCounter.MALFORMED));
        assertEquals(0, a.poll(nowNs, frame));

        Neighbours a6 = node(MAC_A, "fd00::1", 4);
        IpAddress own = IpAddress.parse("fd00::1");
        IpAddress peer = IpAddress.parse("fd00::2");
        int count = 0;
        for (int offset :
                new int[] {14, 18, 21, 55, 57, 62, 78, 79}) { // version, length, hop limit, code, checksum, ...
            NdMessage.writeSolicitation(frame, -1, MAC_B.value(), peer.high(), peer.low(), own.high(), own.low());
            NativeMemory.putByte(frame + offset, (byte) (NativeMemory.getByte(frame + offset) ^ 0x13));
            assertTrue(a6.onFrame(frame, 86));
            assertEquals(++count, a6.count(NeighbourCounter.MALFORMED), "offset=" + offset);
        }
        NdMessage.writeSolicitation(frame, -1, MAC_B.value(), peer.high(), peer.low(), own.high(), own.low());
        assertTrue(a6.onFrame(frame, 85), "cut");
        assertEquals(++count, a6.count(NeighbourCounter.MALFORMED));
        NativeMemory.putByte(frame + 79, (byte) 0); // an option of no length would loop for ever
        fixChecksum(32);
        a6.onFrame(frame, 86);
        assertEquals(++count, a6.count(NeighbourCounter.MALFORMED));
        assertEquals(0, a6.poll(nowNs, frame));
    }

    @Test
    void shouldSurviveRandomChangesToValidMessages() {
        long seed = 20;
        SeededRandom random = new SeededRandom(seed);
        Neighbours a = node(MAC_A, "10.0.0.1", 4);
        Neighbours a6 = node(MAC_A, "fd00::1", 4);
        IpAddress own = IpAddress.parse("fd00::1");
        for (int i = 0; i < 200_000; i++) {
            boolean v6 = random.nextInt(2) == 0;
            int lengthBytes = v6
                    ? NdMessage.writeSolicitation(frame, -1, MAC_B.value(), own.high(), 2, own.high(), own.low())
                    : ArpMessage.write(frame, 1, Ethernet.BROADCAST, MAC_B.value(), 0x0a000002, 0, 0x0a000001);
            for (int flips = random.nextInt(4); flips > 0; flips--) {
                NativeMemory.putByte(frame + random.nextInt(lengthBytes), (byte) random.nextLong());
            }
            (v6 ? a6 : a).onFrame(frame, random.nextInt(lengthBytes + 1));
            nowNs += random.nextInt(1_000_000);
            (v6 ? a6 : a).poll(nowNs, frame);
        }
        assertTrue(a.count(NeighbourCounter.MALFORMED) > 1_000, "seed=" + seed);
        assertTrue(a6.count(NeighbourCounter.MALFORMED) > 1_000, "seed=" + seed);
    }

    @Test
    void shouldAllocateNothingOnTheHeap() {
        Neighbours a = node(MAC_A, "10.0.0.1", 1024);
        Neighbours b = node(MAC_B, "10.0.0.2", 1024);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        IpAddress peer = IpAddress.parse("10.0.0.2");
        exchange(a, b, peer, 20_000);
        threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        exchange(a, b, peer, 20_000);
        assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before);
    }

    private void exchange(Neighbours a, Neighbours b, IpAddress peer, int rounds) {
        for (int i = 0; i < rounds; i++) {
            nowNs += 10 * SECOND_NS;
            a.macOf(peer.high(), peer.low());
            carry(a, b);
            carry(b, a);
        }
    }

    private void fixChecksum(int payloadBytes) {
        NativeMemory.putShort(frame + 56, (short) 0);
        long sum = payloadBytes + 58L;
        for (int i = 22; i < 54 + payloadBytes; i += 2) {
            sum += NativeMemory.getUnsignedShortBigEndian(frame + i);
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        NativeMemory.putShortBigEndian(frame + 56, (short) ~sum);
    }
}

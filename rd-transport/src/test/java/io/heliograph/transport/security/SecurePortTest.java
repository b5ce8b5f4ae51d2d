package io.heliograph.transport.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.wire.PacketKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules R14 of SECURITY.md against somebody who sees and sends what he likes; numbers in names are theirs. */
abstract class SecurePortTest {
    private static final int HEADER = SecurityHeaderLayout.LENGTH;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final Secret SECRET =
            Secret.of("a secret of enough bytes".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    private static final Secret ANOTHER = Secret.of(new byte[16]);

    private Interceptor wire;

    protected abstract boolean ipv4();

    static final class OverIpv4Test extends SecurePortTest {
        @Override
        protected boolean ipv4() {
            return true;
        }
    }

    static final class OverIpv6Test extends SecurePortTest {
        @Override
        protected boolean ipv4() {
            return false;
        }
    }

    @BeforeEach
    void open() {
        wire = new Interceptor(ipv4(), SECRET);
    }

    @AfterEach
    void close() {
        wire.close();
    }

    private int securityOffset() {
        return wire.udpOffset() + 8;
    }

    private static byte[] flipped(byte[] frame, int bit) {
        byte[] copy = frame.clone();
        copy[bit / 8] ^= (byte) (1 << bit % 8);
        return copy;
    }

    private long word(byte[] frame) {
        return ByteBuffer.wrap(frame).getLong(securityOffset());
    }

    private long counter(byte[] frame) {
        return ByteBuffer.wrap(frame).getLong(securityOffset() + 8);
    }

    private long drops() {
        return Arrays.stream(SecureCounter.values())
                .filter(SecureCounter::isReceiveDrop)
                .mapToLong(wire::count)
                .sum();
    }

    /** R14.1, R14.2. */
    @Test
    void shouldHandOnExactlyWhatWasSentAtEveryLength() {
        for (int bytes = 0; bytes <= 1360; bytes += bytes < 70 ? 1 : 131) {
            byte[] plain = wire.plain(bytes, bytes);
            byte[] sealed = wire.send(plain).get(0);
            assertEquals(plain.length + SecurePort.OVERHEAD_BYTES, sealed.length);
            byte[] opened = wire.deliver(sealed).get(0);
            assertEquals(PacketKind.DATA, wire.check(opened), "length " + bytes);
            if (!ipv4()) {
                // No UDP checksum is made up behind the decryption.
                Arrays.fill(plain, wire.udpOffset() + 6, wire.udpOffset() + 8, (byte) 0);
            }
            assertArrayEquals(plain, opened);
        }
    }

    /** R14.2: what stays in the clear is what switches need. */
    @Test
    void shouldHideEverythingBehindTheUdpHeaderButKeepTheEntropy() {
        byte[] plain = wire.plain(7, 64);
        byte[] sealed = wire.send(plain).get(0);
        ByteBuffer bytes = ByteBuffer.wrap(sealed);
        assertEquals((short) 0xC123, bytes.getShort(wire.udpOffset()));
        assertEquals((short) SecureConfig.DEFAULT_SECURE_PORT, bytes.getShort(wire.udpOffset() + 2));
        Set<Integer> words = new HashSet<>();
        for (int i = wire.udpOffset() + 8; i + 4 <= plain.length; i++) {
            words.add(ByteBuffer.wrap(plain).getInt(i));
        }
        for (int i = securityOffset() + HEADER; i + 4 <= sealed.length; i++) {
            assertFalse(words.contains(bytes.getInt(i)), "plain bytes at " + i);
        }
        assertFalse(Arrays.equals(sealed, wire.send(plain).get(0)), "the same packet looks different each time");
    }

    /** R14.3: every bit of a packet is either verified, or may change on the way, or harms nobody. */
    @Test
    void shouldHandOnNothingFalseWhenAnyBitIsFlipped() {
        byte[] first = wire.seal(1, 64);
        assertEquals(1, wire.deliver(first).size());
        byte[] plain = wire.plain(2, 64);
        byte[] sealed = wire.send(plain).get(0);
        Set<Integer> harmless = new HashSet<>();
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            List<byte[]> handedOn = wire.deliver(flipped(sealed, bit));
            if (!handedOn.isEmpty() && wire.check(handedOn.get(0)) == PacketKind.DATA) {
                int payload = wire.payloadOffset();
                assertArrayEquals(
                        Arrays.copyOfRange(plain, payload, plain.length),
                        Arrays.copyOfRange(handedOn.get(0), payload, plain.length));
                harmless.add(bit / 8);
            }
            if (!handedOn.isEmpty()) {
                // What was let through used the packet up: the next flip needs a new one.
                sealed = wire.send(plain).get(0);
            }
        }
        assertTrue(harmless.stream().allMatch(this::mayChangeOnTheWay), () -> "bytes that may change: " + harmless);
        assertEquals(PacketKind.DATA, wire.check(wire.deliver(sealed).get(0)), "the packet itself is still good");
        assertTrue(wire.count(SecureCounter.BAD_TAG) >= (64 + 52 + 16) * 8, "bad tags");
        assertTrue(wire.count(SecureCounter.UNKNOWN_KEY) > 0, "unknown keys");
    }

    /** Ethernet addresses; DSCP, TTL and checksum of IPv4, traffic class, flow label and hop limit of IPv6; the UDP checksum. */
    private boolean mayChangeOnTheWay(int offset) {
        int ip = offset - 14;
        boolean inIp = ipv4() ? ip == 1 || ip == 8 || ip == 10 || ip == 11 : ip >= 0 && ip <= 3 || ip == 7;
        return offset < 12 || inIp || offset == wire.udpOffset() + 6 || offset == wire.udpOffset() + 7;
    }

    /** R14.3. */
    @Test
    void shouldDropWhenTruncatedAnywhere() {
        byte[] sealed = wire.seal(1, 200);
        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, Math.max(length, 14));
            assertEquals(List.of(), wire.deliver(cut), "length " + length);
        }
        assertTrue(wire.count(SecureCounter.TRIMMED) >= 200, "trimmed");
        assertEquals(1, wire.deliver(sealed).size());
    }

    /** R14.3, R14.9: a switch that also mends the lengths. */
    @Test
    void shouldDropATrimmedPacketWhoseLengthsWereMended() {
        assertEquals(1, wire.deliver(wire.seal(1, 200)).size());
        byte[] cut = Arrays.copyOf(wire.seal(2, 1000), 128);
        ByteBuffer bytes = ByteBuffer.wrap(cut);
        bytes.putShort(wire.udpOffset() + 4, (short) (128 - wire.udpOffset()));
        bytes.putShort(ipv4() ? 16 : 18, (short) (ipv4() ? 128 - 14 : 128 - 54));
        assertEquals(List.of(), wire.deliver(cut));
        assertEquals(1, wire.count(SecureCounter.BAD_TAG));
    }

    /** R14.2: bytes behind the IP packet are nobody's. */
    @Test
    void shouldIgnoreEthernetPadding() {
        byte[] sealed = wire.seal(1, 8);
        byte[] padded = Arrays.copyOf(sealed, sealed.length + 20);
        assertEquals(PacketKind.DATA, wire.check(wire.deliver(padded).get(0)));
    }

    /** R14.6. */
    @Test
    void shouldHandOnEachPacketOnceWhateverIsReplayed() {
        List<byte[]> captured = new ArrayList<>();
        for (int psn = 0; psn < 500; psn++) {
            captured.add(wire.seal(psn, 8));
        }
        SeededRandom random = new SeededRandom(5);
        Set<Integer> delivered = new HashSet<>();
        for (int i = 0; i < 5_000; i++) {
            int which = random.nextInt(captured.size());
            assertEquals(
                    delivered.add(which) ? 1 : 0,
                    wire.deliver(captured.get(which)).size());
        }
        assertEquals(5_000 - delivered.size(), wire.count(SecureCounter.REPLAYED));
    }

    /** R14.6. */
    @Test
    void shouldDropWhatIsTooOldAndTakeWhatIsMerelyLate() {
        wire.restartReceiver(Interceptor.config(wire.receiverAddress).withWindowPackets(128));
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            frames.add(wire.seal(i, 0));
        }
        assertEquals(1, wire.deliver(frames.get(199)).size());
        assertEquals(1, wire.deliver(frames.get(199 - 63)).size());
        assertEquals(List.of(), wire.deliver(frames.get(199 - 64)));
        assertEquals(1, wire.count(SecureCounter.TOO_OLD));
    }

    /** R14.5, R14.7: keys change by time and by count, and neither loses a packet nor opens a way for old ones. */
    @Test
    void shouldChangeKeysWithoutLossAndRefuseFormerOnes() {
        wire.restartSender(Interceptor.config(wire.senderAddress).withRekeying(10, SECOND_NS));
        List<byte[]> all = new ArrayList<>();
        Set<Long> words = new HashSet<>();
        Map<Long, Set<Long>> counters = new HashMap<>();
        for (int psn = 0; psn < 100; psn++) {
            byte[] sealed = wire.seal(psn, 8);
            words.add(word(sealed));
            assertTrue(
                    counters.computeIfAbsent(word(sealed), word -> new HashSet<>())
                            .add(counter(sealed)),
                    "a nonce was used twice");
            all.add(sealed);
            if (psn % 10 == 5) {
                // The last of the former key arrives after the first of the next.
                continue;
            }
            assertEquals(1, wire.deliver(sealed).size(), "psn " + psn);
            if (psn % 10 == 2 && psn > 10) {
                assertEquals(1, wire.deliver(all.get(psn - 7)).size(), "late packet under the former key");
            }
        }
        assertEquals(10, words.size());
        assertEquals(10, wire.sender.count(SecureCounter.KEYS_MADE));
        wire.clock.advance(SECOND_NS);
        byte[] after = wire.seal(100, 8);
        assertTrue(words.add(word(after)), "a second is over");
        assertEquals(1, wire.deliver(after).size());
        assertEquals(1, wire.deliver(all.get(95)).size(), "the last key but one is still known");
        long opened = wire.count(SecureCounter.OPENED);
        for (byte[] old : all) {
            wire.deliver(old);
        }
        assertEquals(opened, wire.count(SecureCounter.OPENED), "a former key let something through");
        assertTrue(wire.count(SecureCounter.UNTIMELY) >= 80, "unknown again, and not new");
    }

    /** R14.5, R14.7. */
    @Test
    void shouldRefuseAFormerSelfOfTheSenderWhenItWasRestarted() {
        List<byte[]> former = new ArrayList<>();
        for (int psn = 0; psn < 50; psn++) {
            former.add(wire.seal(psn, 8));
        }
        for (byte[] frame : former.subList(0, 25)) {
            assertEquals(1, wire.deliver(frame).size());
        }
        wire.clock.advance(1_000_000);
        wire.restartSender(Interceptor.config(wire.senderAddress));
        byte[] first = wire.seal(0, 8);
        assertNotEquals(word(former.get(0)), word(first));
        assertTrue(counter(first) > counter(former.get(49)), "counters go on where the former self ended");
        assertEquals(1, wire.deliver(first).size());
        for (byte[] frame : former.subList(0, 25)) {
            assertEquals(List.of(), wire.deliver(frame));
        }
        // A third self pushes the first out of the table: now its key is unknown, and its counters are not new.
        wire.clock.advance(1_000_000);
        wire.restartSender(Interceptor.config(wire.senderAddress));
        assertEquals(1, wire.deliver(wire.seal(0, 8)).size());
        for (byte[] frame : former) {
            assertEquals(List.of(), wire.deliver(frame));
        }
        assertEquals(50, wire.count(SecureCounter.UNTIMELY));
    }

    /** R14.8: a restarted receiver remembers nothing, but knows the time. */
    @Test
    void shouldRefuseWhatIsOfLongAgoWhenTheReceiverWasRestarted() {
        List<byte[]> captured = new ArrayList<>();
        for (int psn = 0; psn < 20; psn++) {
            captured.add(wire.seal(psn, 8));
        }
        assertEquals(20, wire.deliver(captured.toArray(new byte[0][])).size());
        wire.clock.advance(11 * SECOND_NS);
        wire.restartReceiver(Interceptor.config(wire.receiverAddress));
        assertEquals(List.of(), wire.deliver(captured.toArray(new byte[0][])));
        assertEquals(20, wire.count(SecureCounter.UNTIMELY));
        assertEquals(1, wire.deliver(wire.seal(20, 8)).size(), "the sender goes on, under a new key");
    }

    /** R14.8: what the tolerance leaves open is stated, not hidden. */
    @Test
    void shouldTakeAPacketOfAMomentAgoOnceMoreWhenTheReceiverForgotIt() {
        byte[] captured = wire.seal(0, 8);
        assertEquals(1, wire.deliver(captured).size());
        wire.clock.advance(9 * SECOND_NS);
        wire.restartReceiver(Interceptor.config(wire.receiverAddress));
        assertEquals(1, wire.deliver(captured).size());
        assertEquals(0, wire.deliver(captured).size());
    }

    /** R14.8. */
    @Test
    void shouldRefuseASenderWhoseClockIsWrong() {
        byte[] ahead = wire.seal(0, 8);
        wire.restartReceiver(Interceptor.config(wire.receiverAddress).withMaxClockSkewNs(2 * SECOND_NS));
        wire.clock.advance(3 * SECOND_NS);
        assertEquals(List.of(), wire.deliver(ahead));
        assertTrue(String.valueOf(wire.receiver.diagnosis()).contains("clocks"));
    }

    /** R14.4. */
    @Test
    void shouldDropEverythingUnderAnotherSecret() {
        wire.sender.keyring(Keyring.of(ANOTHER));
        for (int psn = 0; psn < 10; psn++) {
            assertEquals(List.of(), wire.deliver(wire.seal(psn, 64)));
        }
        assertEquals(10, wire.count(SecureCounter.UNKNOWN_KEY));
        assertTrue(String.valueOf(wire.receiver.diagnosis()).contains("another secret"));
    }

    /** R14.10: three steps, during which everybody reaches everybody. */
    @Test
    void shouldChangeTheSecretWhileTrafficRuns() {
        Keyring before = Keyring.of(SECRET);
        Keyring both = before.accepting(ANOTHER);
        Keyring next = both.sendingOther();
        Keyring[][] steps = {
            {before, before}, {both, before}, {both, both}, {next, both}, {next, next}, {next, next.forgettingOther()}
        };
        int psn = 0;
        byte[] old = wire.seal(psn, 8);
        assertEquals(1, wire.deliver(old).size());
        for (Keyring[] step : steps) {
            wire.sender.keyring(step[0]);
            wire.receiver.keyring(step[1]);
            for (int i = 0; i < 5; i++) {
                assertEquals(1, wire.deliver(wire.seal(++psn, 8)).size(), "psn " + psn);
            }
        }
        wire.deliver(wire.seal(++psn, 8));
        wire.sender.keyring(before);
        byte[] underTheForgotten = wire.seal(++psn, 8);
        assertEquals(List.of(), wire.deliver(underTheForgotten));
        assertEquals(List.of(), wire.deliver(old));
        assertEquals(2, wire.count(SecureCounter.NO_SECRET));
    }

    /** R14.1, R14.9. */
    @Test
    void shouldDropPlainAndForeignPacketsAndSayWhich() {
        assertEquals(List.of(), wire.deliver(wire.plain(1, 64)));
        assertEquals(1, wire.count(SecureCounter.PLAIN));
        assertTrue(String.valueOf(wire.receiver.diagnosis()).contains("unencrypted"));
        byte[] sealed = wire.seal(1, 64);
        byte[] elsewhere = sealed.clone();
        elsewhere[wire.udpOffset() - 1] ^= 1;
        assertEquals(List.of(), wire.deliver(elsewhere));
        byte[] otherPort = sealed.clone();
        otherPort[wire.udpOffset() + 3] ^= 0x40;
        assertEquals(List.of(), wire.deliver(otherPort));
        assertEquals(2, wire.count(SecureCounter.FOREIGN));
        byte[] otherVersion = sealed.clone();
        otherVersion[securityOffset()] ^= 0x20;
        assertEquals(List.of(), wire.deliver(otherVersion));
        assertEquals(1, wire.count(SecureCounter.MALFORMED));
        assertEquals(1, wire.deliver(sealed).size());
        assertNull(wire.receiver.diagnosis());
    }

    /** R14.4: an address is part of the key. */
    @Test
    void shouldRefuseAPacketThatWasMovedToAnotherAddress() {
        byte[] sealed = wire.seal(1, 64);
        assertEquals(1, wire.deliver(sealed).size());
        byte[] next = wire.seal(2, 64);
        int source = ipv4() ? 14 + 12 + 3 : 14 + 8 + 15;
        next[source] ^= 4;
        assertEquals(List.of(), wire.deliver(next));
        assertEquals(1, wire.count(SecureCounter.UNKNOWN_KEY));
        // Back to where it came from: source and destination swapped, as a reflection.
        byte[] reflected = wire.seal(3, 64);
        int width = ipv4() ? 4 : 16;
        int first = 14 + (ipv4() ? 12 : 8);
        byte[] swapped = reflected.clone();
        System.arraycopy(reflected, first, swapped, first + width, width);
        System.arraycopy(reflected, first + width, swapped, first, width);
        wire.restartReceiver(Interceptor.config(wire.senderAddress));
        assertEquals(List.of(), wire.deliver(swapped));
        assertEquals(1, wire.count(SecureCounter.UNKNOWN_KEY));
    }

    /** R14.7: state is made by what is authentic, by nothing else. */
    @Test
    void shouldStayTheSameUnderAFloodOfUnknownKeysAndAddresses() {
        SeededRandom random = new SeededRandom(3);
        byte[] sealed = wire.seal(1, 64);
        int source = ipv4() ? 14 + 12 : 14 + 8;
        for (int i = 0; i < 100_000; i++) {
            byte[] forged = sealed.clone();
            ByteBuffer bytes = ByteBuffer.wrap(forged);
            bytes.putInt(source, random.nextInt(Integer.MAX_VALUE));
            bytes.putLong(securityOffset(), SecurityHeaderLayout.word(0, random.nextLong()));
            bytes.putLong(securityOffset() + 8, Interceptor.START_NS + random.nextInt(1_000_000));
            assertEquals(List.of(), wire.deliver(forged));
        }
        assertEquals(100_000, wire.count(SecureCounter.UNKNOWN_KEY));
        assertEquals(0, wire.count(SecureCounter.PEERS_FULL));
        assertEquals(1, wire.deliver(sealed).size(), "there is room for those who are authentic");
        assertEquals(1, wire.deliver(wire.seal(2, 64)).size());
    }

    /** R14.7. */
    @Test
    void shouldRefuseOnePeerTooMany() {
        wire.restartReceiver(Interceptor.config(wire.receiverAddress).withMaxPeers(1));
        assertEquals(1, wire.deliver(wire.seal(1, 8)).size());
        int destination = ipv4() ? 14 + 16 + 3 : 14 + 24 + 15;
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            byte[] plain = wire.plain(1, 8);
            plain[destination] = (byte) (10 + i);
            sent.addAll(wire.send(plain));
        }
        assertEquals(3, sent.size(), "the sender has room for four");
        assertEquals(3, wire.sender.count(SecureCounter.PEERS_FULL_SENDING));
    }

    /** R14.1: what a node sends is its own. */
    @Test
    void shouldNotSendWhatIsNotAPacketOfThisNode() {
        byte[] other = wire.plain(1, 8);
        other[ipv4() ? 14 + 12 + 3 : 14 + 8 + 15] ^= 1;
        byte[] otherPort = wire.plain(1, 8);
        otherPort[wire.udpOffset() + 3] ^= 1;
        assertEquals(List.of(), wire.send(other, otherPort));
        assertEquals(2, wire.sender.count(SecureCounter.UNSENDABLE));
        assertEquals(2, wire.sender.statistics().sendDrops());
    }

    /** R14.9: neighbours are found in the clear. */
    @Test
    void shouldPassNeighbourDiscoveryAsItIs() {
        byte[] arp = new byte[60];
        ByteBuffer.wrap(arp).putShort(12, (short) 0x0806).putInt(20, 0x12345678);
        byte[] solicitation = new byte[86];
        ByteBuffer.wrap(solicitation)
                .putShort(12, (short) 0x86DD)
                .put(14, (byte) 0x60)
                .putShort(18, (short) 32)
                .put(20, (byte) 58)
                .put(54, (byte) 135);
        for (byte[] frame : List.of(arp, solicitation)) {
            assertArrayEquals(frame, wire.send(frame).get(0));
            assertArrayEquals(frame, wire.deliver(frame).get(0));
        }
        solicitation[54] = (byte) 128;
        assertEquals(List.of(), wire.deliver(solicitation), "an echo request is neither");
        assertEquals(1, wire.count(SecureCounter.FOREIGN));
    }

    /** R14.2. */
    @Test
    void shouldCountEveryDropInTheStatistics() {
        wire.deliver(wire.plain(1, 8));
        byte[] sealed = wire.seal(1, 8);
        wire.deliver(sealed, sealed, flipped(sealed, sealed.length * 8 - 1));
        assertEquals(3, drops());
        assertEquals(3, wire.receiver.statistics().receiveDrops());
        assertEquals(1, wire.receiver.statistics().receivedFrames());
        assertEquals(
                sealed.length - SecurePort.OVERHEAD_BYTES,
                wire.receiver.statistics().receivedBytes());
    }

    @Test
    void shouldRefuseConfigurationsThatMakeNoSense() {
        SecureConfig config = SecureConfig.of(wire.senderAddress);
        assertThrows(IllegalArgumentException.class, () -> config.withWindowPackets(1000));
        assertThrows(IllegalArgumentException.class, () -> config.withWindowPackets(64));
        assertThrows(IllegalArgumentException.class, () -> config.withMaxPeers(0));
        assertThrows(IllegalArgumentException.class, () -> config.withMaxClockSkewNs(SECOND_NS));
        assertThrows(IllegalArgumentException.class, () -> config.withRekeying(0, SECOND_NS));
        assertThrows(
                IllegalArgumentException.class,
                () -> new SecureConfig(wire.senderAddress, 4791, 4791, 1, 128, 1, 1, 2));
        assertNotNull(config.withRekeying(1, 1));
    }
}

package io.heliograph.transport.neighbour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.heliograph.testing.FuzzInput;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.wire.GuardedMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Tag;

/** Fuzz target: a table of neighbours under any frames, questions and times; ARP and ND messages also as real ones with bytes changed. */
@Tag("fuzz")
final class NeighboursFuzzTest {
    private static final int CAPACITY = 4;
    private static final int MOST_STEPS = 64;
    private static final int MOST_ANSWERS = 64;
    private static final int ICMP = 54;
    private static final long START_NS = 1_000_000_000;
    private static final MacAddress OWN_MAC = MacAddress.parse("02:00:00:00:00:01");
    private static final MacAddress STATIC_MAC = MacAddress.parse("02:00:00:00:00:09");
    private static final GuardedMemory MEMORY = memory();
    private static final MemorySegment SCRATCH = Arena.global().allocate(256, 64);

    private static GuardedMemory memory() {
        try {
            return new GuardedMemory();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FuzzTest
    void shouldKeepItsWordWhenAnythingArrives(byte[] data) {
        FuzzInput input = new FuzzInput(data);
        boolean isIpv4 = input.flag();
        IpAddress own = address(isIpv4, 1);
        IpAddress known = address(isIpv4, 9);
        Neighbours neighbours = new Neighbours(OWN_MAC, own, CAPACITY, START_NS);
        neighbours.addStatic(known, STATIC_MAC);
        long nowNs = START_NS;
        for (int step = 0; step < MOST_STEPS && !input.isEmpty(); step++) {
            switch (input.below(5)) {
                case 0 -> show(neighbours, input.take(input.next()));
                case 1 -> show(neighbours, changed(input, isIpv4));
                case 2 -> nowNs += (long) input.nextShort() << input.below(24);
                case 3 -> neighbours.macOf(isIpv4 ? 0 : input.nextLong(), input.nextLong());
                default -> ask(neighbours, address(isIpv4, input.below(12)));
            }
            settle(neighbours, nowNs);
            assertEquals(STATIC_MAC.value(), neighbours.macOf(known.high(), known.low()), "the static neighbour");
        }
    }

    private static void ask(Neighbours neighbours, IpAddress address) {
        long mac = neighbours.macOf(address.high(), address.low());
        assertTrue(
                mac == Neighbours.UNRESOLVED || mac == Neighbours.UNREACHABLE || Ethernet.isStation(mac),
                "not a station");
    }

    private static void show(Neighbours neighbours, byte[] frame) {
        neighbours.onFrame(MEMORY.placeAtEnd(frame, frame.length), frame.length);
    }

    /** Writes all that is due, each frame right before memory that must not be touched; then nothing may be due any more. */
    private static void settle(Neighbours neighbours, long nowNs) {
        long room = MEMORY.endAddress() - Neighbours.GREATEST_FRAME_BYTES;
        int answers = 0;
        for (int length = neighbours.poll(nowNs, room); length > 0; length = neighbours.poll(nowNs, room)) {
            assertTrue(length <= Neighbours.GREATEST_FRAME_BYTES, "frame too long");
            assertTrue(++answers < MOST_ANSWERS, "never quiet");
        }
        assertTrue(neighbours.nextDeadlineNs() > nowNs, "quiet, but due");
    }

    /** A real message to us or about a neighbour, some bytes of which are others; the ICMPv6 checksum is put right if asked. */
    private static byte[] changed(FuzzInput input, boolean isIpv4) {
        long data = SCRATCH.address();
        IpAddress own = address(isIpv4, 1);
        IpAddress other = address(isIpv4, 2 + input.below(10));
        long mac = 0x0200_0000_0000L + other.low() % 16;
        boolean answer = input.flag();
        int length;
        if (isIpv4) {
            int opcode = answer ? ArpMessage.REPLY : ArpMessage.REQUEST;
            length = ArpMessage.write(data, opcode, OWN_MAC.value(), mac, other.ipv4(), OWN_MAC.value(), own.ipv4());
        } else if (answer) {
            length = NdMessage.writeAdvertisement(
                    data, OWN_MAC.value(), own.high(), own.low(), mac, other.high(), other.low());
        } else {
            length = NdMessage.writeSolicitation(data, -1, mac, other.high(), other.low(), own.high(), own.low());
        }
        byte[] frame = SCRATCH.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        for (int edits = input.below(8); edits > 0; edits--) {
            frame[input.below(frame.length)] = (byte) input.next();
        }
        if (!isIpv4 && input.flag()) {
            seal(frame);
        }
        return frame;
    }

    private static void seal(byte[] frame) {
        int payloadBytes = Math.min((frame[18] & 0xFF) << 8 | frame[19] & 0xFF, frame.length - ICMP);
        frame[ICMP + 2] = 0;
        frame[ICMP + 3] = 0;
        long sum = payloadBytes + 58L; // next header ICMPv6
        for (int i = 22; i < ICMP + payloadBytes; i++) {
            sum += (i & 1) == 0 ? (frame[i] & 0xFF) << 8 : frame[i] & 0xFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        frame[ICMP + 2] = (byte) (~sum >> 8);
        frame[ICMP + 3] = (byte) ~sum;
    }

    private static IpAddress address(boolean isIpv4, int last) {
        return isIpv4 ? IpAddress.ofIpv4(0xC612_0000 + last) : new IpAddress(0xFD00_0000_0000_0000L, 0x1_0000 + last);
    }
}

package io.heliograph.transport.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heliograph.transport.wire.PublicVectors.Vector;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class IcrcTest {
    private static final long SEED = 0x5EED_0002L;

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    private Icrc icrc(Crc32Provider provider) {
        assumeTrue(provider.isAvailable(), () -> "no " + provider.title() + " here");
        return new Icrc(arena, provider);
    }

    @ParameterizedTest
    @EnumSource(Crc32Provider.class)
    void shouldEqualTheBitwiseReferenceWhenLengthAndAlignmentVary(Crc32Provider provider) {
        Icrc icrc = icrc(provider);
        SplittableRandom random = new SplittableRandom(SEED);
        MemorySegment memory = arena.allocate(10_000, 64);
        for (boolean isIpv4 : new boolean[] {true, false}) {
            int headers = (isIpv4 ? 20 : 40) + 8 + 12;
            for (int covered = headers; covered <= 9_000; covered += covered < 700 ? 1 : 1 + covered / 37) {
                byte[] frame = new byte[14 + covered + 4];
                random.nextBytes(frame);
                int skew = random.nextInt(64);
                MemorySegment.copy(MemorySegment.ofArray(frame), 0, memory, skew, frame.length);
                int computed = icrc.compute(memory.address() + skew + 14, isIpv4, covered);
                int length = covered;
                assertEquals(
                        ReferenceSums.icrc(frame, 14, isIpv4), computed, () -> "seed=" + SEED + " covered=" + length);
            }
        }
    }

    /** The CRC of headers is derived from those of packets before: whatever differs must be seen, and what is masked must not. */
    @ParameterizedTest
    @EnumSource(Crc32Provider.class)
    void shouldEqualTheBitwiseReferenceWhenPacketsFollowEachOther(Crc32Provider provider) {
        Icrc icrc = icrc(provider);
        SplittableRandom random = new SplittableRandom(SEED);
        for (boolean isIpv4 : new boolean[] {true, false}) {
            int covered = (isIpv4 ? 20 : 40) + 8 + 12 + 40;
            MemorySegment memory = arena.allocate(covered + 18, 64);
            byte[] frame = new byte[covered + 18];
            random.nextBytes(frame);
            for (int round = 0; round < 50_000; round++) {
                // Mostly what varies in traffic, else any byte, of the headers mostly.
                int byteOf = random.nextInt(4) > 0
                        ? varying(isIpv4, random.nextInt(8))
                        : random.nextInt(random.nextInt(4) > 0 ? covered - 40 : covered);
                frame[14 + byteOf] = (byte) random.nextInt();
                MemorySegment.copy(MemorySegment.ofArray(frame), 0, memory, 0, frame.length);
                int times = round;
                assertEquals(
                        ReferenceSums.icrc(frame, 14, isIpv4),
                        icrc.compute(memory.address() + 14, isIpv4, covered),
                        () -> "seed=" + SEED + " round=" + times);
            }
        }
    }

    /** Offsets from the IP header: identification (or, over IPv6, payload length), UDP source port, PSN with its flag. */
    private static int varying(boolean isIpv4, int which) {
        int udp = isIpv4 ? 20 : 40;
        return switch (which) {
            case 0, 1 -> 4 + which;
            case 2, 3 -> udp + which - 2;
            default -> udp + 8 + 8 + which - 4;
        };
    }

    @ParameterizedTest
    @EnumSource(Crc32Provider.class)
    void shouldLeaveTheFrameAsItWasWhenComputing(Crc32Provider provider) {
        byte[] bytes = SampleFrames.named("write-large", true).bytes();
        MemorySegment frame = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
        icrc(provider).compute(frame.address() + 14, true, bytes.length - 18);
        assertTrue(Arrays.equals(bytes, frame.toArray(ValueLayout.JAVA_BYTE)));
    }

    @ParameterizedTest
    @EnumSource(Crc32Provider.class)
    void shouldBeTheValueOnTheWireWhenTheFrameIsPublic(Crc32Provider provider) throws IOException {
        Icrc icrc = icrc(provider);
        for (Vector vector : PublicVectors.load()) {
            if (vector.isRoceV2()) {
                MemorySegment frame = arena.allocateFrom(ValueLayout.JAVA_BYTE, vector.frame());
                int l3Offset = vector.l3Offset();
                int covered = vector.frame().length - l3Offset - Icrc.LENGTH;
                int onTheWire = Icrc.get(frame.address() + l3Offset + covered);
                assertEquals(
                        onTheWire, icrc.compute(frame.address() + l3Offset, vector.isIpv4(), covered), vector.name());
                assertEquals(vector.icrcInWireOrder(), Integer.toUnsignedLong(Integer.reverseBytes(onTheWire)));
            }
        }
    }

    @Test
    void shouldUseTheJdkWhenThereIsNothingBetter() {
        Crc32Provider expected = Crc32Provider.LIBDEFLATE.isAvailable() ? Crc32Provider.LIBDEFLATE : Crc32Provider.JDK;
        assertEquals(expected, Crc32Provider.best());
    }

    @Test
    void shouldRefuseAProviderWhenItIsMissing() {
        assumeFalse(Crc32Provider.LIBDEFLATE.isAvailable(), "libdeflate is here");
        assertThrows(IllegalArgumentException.class, () -> new Icrc(arena, Crc32Provider.LIBDEFLATE));
    }

    @Test
    void shouldReportNotIpWhenThePublicFrameIsRoceV1AndNotOursWhenItIsAnotherService() throws IOException {
        FrameCheck check = FrameCheck.forAnyDestination(arena, UdpLayout.ROCE_V2_PORT);
        int others = 0;
        for (Vector vector : PublicVectors.load()) {
            MemorySegment frame = arena.allocateFrom(ValueLayout.JAVA_BYTE, vector.frame());
            FrameDefect expected = vector.isRoceV2() ? FrameDefect.UNKNOWN_OPCODE : FrameDefect.NOT_IP;
            assertEquals(expected.code(), check.check(frame.address(), vector.frame().length), vector.name());
            others += vector.isRoceV2() ? 1 : 0;
        }
        assertFalse(others == 0);
    }
}

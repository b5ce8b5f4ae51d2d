package io.heliograph.transport.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.params.provider.ValueSource;

final class IcrcTest {
    private static final long SEED = 0x5EED_0002L;

    private final Arena arena = Arena.ofConfined();
    private final Icrc icrc = new Icrc(arena);

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldEqualTheBitwiseReferenceWhenTheLengthVaries(boolean isIpv4) {
        SplittableRandom random = new SplittableRandom(SEED);
        int headers = (isIpv4 ? 20 : 40) + 8 + 12;
        MemorySegment memory = arena.allocate(10_000, 64);
        for (int covered = headers; covered < 9_000; covered += 1 + covered / 37) {
            byte[] frame = new byte[14 + covered + 4];
            random.nextBytes(frame);
            int skew = random.nextInt(8);
            MemorySegment.copy(MemorySegment.ofArray(frame), 0, memory, skew, frame.length);
            int computed = icrc.compute(memory.address() + skew + 14, isIpv4, covered);
            int length = covered;
            assertEquals(ReferenceSums.icrc(frame, 14, isIpv4), computed, () -> "covered=" + length);
        }
    }

    @Test
    void shouldLeaveTheFrameAsItWasWhenComputing() {
        byte[] bytes = SampleFrames.named("write-large", true).bytes();
        MemorySegment frame = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
        icrc.compute(frame.address() + 14, true, bytes.length - 18);
        assertTrue(Arrays.equals(bytes, frame.toArray(ValueLayout.JAVA_BYTE)));
    }

    @Test
    void shouldBeTheValueOnTheWireWhenTheFrameIsPublic() throws IOException {
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

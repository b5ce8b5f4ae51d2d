package io.heliograph.transport.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.wire.SampleFrames.Sample;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frames that are cut, flipped or invented lie against the end of readable memory: nothing behind it is read, and nothing false is taken. */
final class FrameMutationTest {
    private static final long SEED = 0x5EED_0003L;
    private static final int FLIP_ROUNDS = 100_000;
    private static final int NOISE_ROUNDS = 100_000;
    private static final int MOST_FLIPS = 6;

    private final Arena arena = Arena.ofConfined();
    private final FrameCheck any = FrameCheck.forAnyDestination(arena, UdpLayout.ROCE_V2_PORT);
    private GuardedMemory memory;

    @BeforeEach
    void open() throws IOException {
        memory = new GuardedMemory();
    }

    @AfterEach
    void close() {
        memory.close();
        arena.close();
    }

    @Test
    void shouldFaultWhenTheGuardIsRead() {
        // Without this, the others would prove nothing.
        assertThrows(InternalError.class, () -> NativeMemory.getByte(memory.endAddress()));
        assertThrows(InternalError.class, () -> NativeMemory.getInt(memory.endAddress() - 3));
    }

    @Test
    void shouldFindADefectAndReadNothingBehindWhenCutAtAnyLength() {
        for (Sample sample : SampleFrames.all()) {
            byte[] bytes = sample.bytes();
            for (int length = 0; length <= bytes.length; length++) {
                int answer = any.check(memory.placeAtEnd(bytes, length), length);
                if (length == bytes.length) {
                    assertEquals(sample.kind(), answer);
                } else if (answer != PacketKind.DATA_TRIMMED) {
                    assertTrue(answer < 0, sample + " length=" + length + " answer=" + answer);
                }
            }
        }
    }

    @Test
    void shouldReadNothingBehindWhenASwitchTrimmedAtAnyLength() {
        for (Sample sample : SampleFrames.all()) {
            int least = EthernetLayout.LENGTH
                    + (sample.isIpv4() ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH)
                    + UdpLayout.LENGTH;
            for (int length = least; length < sample.bytes().length; length++) {
                int answer = any.check(memory.placeAtEnd(SampleFrames.trimmed(sample, length, true), length), length);
                assertTrue(answer < 0 || answer == PacketKind.DATA_TRIMMED, sample + " length=" + length);
            }
        }
    }

    @Test
    void shouldTakeNothingFalseWhenBitsFlip() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Sample> samples = SampleFrames.all();
        int[] answers = new int[FrameDefect.count() + 1];
        for (int round = 0; round < FLIP_ROUNDS; round++) {
            Sample sample = samples.get(random.nextInt(samples.size()));
            byte[] bytes = sample.bytes();
            BitSet flipped = new BitSet();
            for (int flips = 1 + random.nextInt(MOST_FLIPS); flips > 0; flips--) {
                flipped.flip(random.nextInt(bytes.length * 8));
            }
            flipped.stream().forEach(bit -> bytes[bit / 8] ^= (byte) (1 << bit % 8));
            int answer = any.check(memory.placeAtEnd(bytes, bytes.length), bytes.length);
            answers[answer > 0 ? 0 : -answer]++;
            boolean isVerified = answer > 0 && answer != PacketKind.DATA_TRIMMED && answer != PacketKind.NEIGHBOUR;
            if (isVerified && !onlyUncovered(flipped, sample.isIpv4())) {
                fail("taken: sample=%s kind=%s flippedBits=%s seed=%x round=%d"
                        .formatted(sample, PacketKind.name(answer), flipped, SEED, round));
            }
        }
        assertTrue(answers[-FrameDefect.BAD_ICRC.code()] > FLIP_ROUNDS / 4, Arrays.toString(answers));
    }

    @Test
    void shouldTakeNothingVerifiedWhenTheBytesAreNoiseBehindAPlausibleStart() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Sample> samples = SampleFrames.all();
        for (int round = 0; round < NOISE_ROUNDS; round++) {
            byte[] start = samples.get(random.nextInt(samples.size())).bytes();
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            System.arraycopy(start, 0, bytes, 0, Math.min(bytes.length, random.nextInt(start.length)));
            int answer = any.check(memory.placeAtEnd(bytes, bytes.length), bytes.length);
            boolean isWhole = bytes.length >= start.length
                    && Arrays.equals(start, 0, start.length - 1, bytes, 0, start.length - 1);
            boolean isVerified = answer > 0 && answer != PacketKind.DATA_TRIMMED && answer != PacketKind.NEIGHBOUR;
            assertTrue(!isVerified || isWhole, () -> "seed=%x kind=%s".formatted(SEED, PacketKind.name(answer)));
        }
    }

    /**
     * Whether all flipped bits are where neither ICRC nor IPv4 header checksum looks: the Ethernet addresses, or fields that are taken as ones, but for those of IPv4 (whose
     * header checksum covers them).
     */
    private static boolean onlyUncovered(BitSet flipped, boolean isIpv4) {
        int udp = EthernetLayout.LENGTH + (isIpv4 ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH);
        return flipped.stream().allMatch(bit -> {
            int offset = bit / 8;
            boolean ethernet = offset < EthernetLayout.TYPE;
            boolean flow = !isIpv4 && offset >= EthernetLayout.LENGTH && offset < EthernetLayout.LENGTH + 4;
            boolean hopLimit = !isIpv4 && offset == EthernetLayout.LENGTH + Ipv6Layout.HOP_LIMIT;
            boolean checksum = offset == udp + UdpLayout.CHECKSUM || offset == udp + UdpLayout.CHECKSUM + 1;
            // Two flips may leave the IPv4 header checksum as it is; the ICRC then covers all but these.
            boolean service = isIpv4 && offset == EthernetLayout.LENGTH + Ipv4Layout.TYPE_OF_SERVICE;
            boolean timeToLive = isIpv4 && offset == EthernetLayout.LENGTH + Ipv4Layout.TIME_TO_LIVE;
            boolean header = isIpv4
                    && offset >= EthernetLayout.LENGTH + Ipv4Layout.CHECKSUM
                    && offset < EthernetLayout.LENGTH + Ipv4Layout.CHECKSUM + 2;
            boolean reserved = offset == udp + UdpLayout.LENGTH + BthLayout.DESTINATION_QP;
            return ethernet || flow || hopLimit || checksum || service || timeToLive || header || reserved;
        });
    }
}

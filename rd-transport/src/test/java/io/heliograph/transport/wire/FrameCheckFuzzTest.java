package io.heliograph.transport.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.heliograph.testing.FuzzInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;

/** Fuzz target: any bytes as a frame, as they are or with right checksums, against the end of readable memory. */
@Tag("fuzz")
final class FrameCheckFuzzTest {
    private static final int LONGEST_BYTES = 2048;
    private static final GuardedMemory MEMORY = memory();
    private static final FrameSeal SEAL = new FrameSeal(Arena.global());
    private static final FrameCheck[] CHECKS = {
        FrameCheck.forAnyDestination(Arena.global(), UdpLayout.ROCE_V2_PORT),
        new FrameCheck(Arena.global(), SampleFrames.DESTINATION_4, UdpLayout.ROCE_V2_PORT),
        new FrameCheck(Arena.global(), SampleFrames.DESTINATION_6, UdpLayout.ROCE_V2_PORT)
    };

    private static GuardedMemory memory() {
        try {
            return new GuardedMemory();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FuzzTest
    void shouldStayWithinFrameWhenAnythingArrives(byte[] data) {
        FuzzInput input = new FuzzInput(data);
        int mode = input.next();
        byte[] bytes = input.take(LONGEST_BYTES);
        if ((mode & 4) != 0) {
            SEAL.seal(bytes);
        }
        FrameCheck check = CHECKS[(mode & 3) % CHECKS.length];
        long frame = MEMORY.placeAtEnd(bytes, bytes.length);
        int answer = check.check(frame, bytes.length);
        if (answer < 0) {
            assertEquals(answer, FrameDefect.ofCode(answer).code());
        } else if (answer != PacketKind.NEIGHBOUR) {
            assertConsistent(check, answer, frame, bytes);
        }
    }

    private static void assertConsistent(FrameCheck check, int kind, long frame, byte[] bytes) {
        long end = frame + bytes.length;
        long bth = check.bthAddress();
        int ipHeader = check.isIpv4() ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH;
        assertEquals(frame + check.l3Offset() + ipHeader + UdpLayout.LENGTH, bth);
        assertTrue(bth + check.transportBytes() <= end, "transport beyond the frame");
        assertTrue(check.identityAddress() + IdentityLayout.LENGTH <= end, "identity beyond the frame");
        if (kind == PacketKind.DATA || kind == PacketKind.DATA_TRIMMED) {
            assertTrue(check.payloadAddress() + check.payloadLength() <= end, "payload beyond the frame");
            assertTrue(check.payloadLength() >= 0 && AinicLayout.messagePackets(bth) > 0);
        }
        if (kind == PacketKind.DATA) {
            assertEquals(RethLayout.dmaLength(bth), check.payloadLength());
        }
        if (kind != PacketKind.DATA_TRIMMED) {
            byte[] packet = Arrays.copyOf(bytes, (int) (bth - frame) + check.transportBytes());
            int at = packet.length - Icrc.LENGTH;
            int found = packet[at] & 0xFF
                    | (packet[at + 1] & 0xFF) << 8
                    | (packet[at + 2] & 0xFF) << 16
                    | packet[at + 3] << 24;
            assertEquals(ReferenceSums.icrc(packet, check.l3Offset(), check.isIpv4()), found, "ICRC");
        }
    }
}

package io.heliograph.transport.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.wire.PublicVectors;
import io.heliograph.transport.wire.PublicVectors.Vector;
import io.heliograph.transport.wire.SampleFrames;
import io.heliograph.transport.wire.SampleFrames.Sample;
import io.heliograph.transport.wire.UdpLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameDecoderTest {
    private final Arena arena = Arena.ofConfined();
    private final FrameDecoder decoder = new FrameDecoder(arena, UdpLayout.ROCE_V2_PORT);

    static List<Sample> samples() {
        return SampleFrames.all();
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void shouldTellKindAndValidityWhenTheFrameIsOurs(Sample sample) {
        Map<String, Object> fields = decode(sample.bytes());
        String name = sample.name().substring(0, sample.name().length() - 2);
        String kind = name.startsWith("nack") ? "nack" : name.replaceAll("-(padded|empty|large)$", "");
        assertEquals(1L, fields.get("frame"));
        assertEquals(kind, fields.get("kind"));
        assertEquals(true, fields.get("icrcValid"));
        assertFalse(fields.containsKey("error"));
        assertEquals(sample.isIpv4() ? 4 : 6, fields.get("ipVersion"));
        assertEquals(SampleFrames.PSN, fields.get("psn"));
        assertEquals(SampleFrames.ENTROPY, fields.get("sourcePort"));
        assertEquals("0x91929394", fields.get("sourceIncarnation"));
        assertEquals(9, fields.get("sourceEngine"));
        assertEquals(0x4321, fields.get("sourceQueue"));
    }

    @Test
    void shouldTellEveryFieldInOrderWhenTheFrameIsAWriteWithImmediate() {
        Map<String, Object> fields =
                decode(SampleFrames.named("write-imm", true).bytes());
        assertEquals(
                "{frame=1, kind=write-imm, icrcValid=true, timestampNs=5, frameBytes=130, sourceMac=02:00:00:00:00:03,"
                        + " destinationMac=02:00:00:00:00:04, ipVersion=4, sourceAddress=10.1.2.3,"
                        + " destinationAddress=10.1.2.4, typeOfService=0, timeToLive=64, identification=1,"
                        + " sourcePort=49443, destinationPort=4791, opcode=75, destinationEngine=7,"
                        + " destinationQueue=4660, acknowledge=true, psn=1193046, padBytes=0, fenced=true, void=false,"
                        + " retransmitted=false, messagePackets=66051, msn=4275878552,"
                        + " destinationIncarnation=0xa1b2c3d4, sourceIncarnation=0x91929394, sourceEngine=9,"
                        + " sourceQueue=17185, virtualAddress=0x7fedcba987654321, key=0xcafebabe, dmaLength=32,"
                        + " immediate=0x1badf00d}",
                fields.toString());
    }

    @Test
    void shouldTellTheirFieldsWhenTheFramesAreControlPackets() {
        Map<String, Object> sack = decode(SampleFrames.named("sack", false).bytes());
        assertEquals(SampleFrames.CUMULATIVE_PSN, sack.get("cumulativePsn"));
        assertEquals(-5, sack.get("bitmapOffset"));
        assertEquals("0x8000000000001f01", sack.get("bitmap"));
        Map<String, Object> nack =
                decode(SampleFrames.named("nack-NO_RESOURCE", false).bytes());
        assertEquals(10, nack.get("reason"));
        assertEquals("NO_RESOURCE", nack.get("reasonName"));
        assertEquals(1_000_000L, nack.get("information"));
        Map<String, Object> answer =
                decode(SampleFrames.named("probe-answer", false).bytes());
        assertEquals(true, answer.get("answer"));
        assertEquals("0x55aa1234", answer.get("nonce"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSayTrimmedAndNothingOfTheIcrcWhenASwitchCutTheFrame(boolean rewritten) {
        byte[] bytes = SampleFrames.trimmed(SampleFrames.named("write-large", false), 128, rewritten);
        Map<String, Object> fields = decode(bytes);
        assertEquals("write", fields.get("kind"));
        assertEquals(true, fields.get("trimmed"));
        assertFalse(fields.containsKey("icrcValid"));
        assertEquals(1408L, fields.get("dmaLength"));
    }

    @Test
    void shouldSayInvalidWithoutErrorWhenTheIcrcIsWrong() {
        byte[] bytes = SampleFrames.named("write", true).bytes();
        bytes[bytes.length - 10] ^= 1;
        Map<String, Object> fields = decode(bytes);
        assertEquals(false, fields.get("icrcValid"));
        assertEquals("write", fields.get("kind"));
        assertFalse(fields.containsKey("error"));
    }

    @Test
    void shouldSayErrorWhenTheFrameIsMalformedOrCutByTheCaptureOrOfAnotherLink() {
        byte[] bytes = SampleFrames.named("write", true).bytes();
        bytes[14 + 20 + 8 + 1] |= 0x10; // pad
        Map<String, Object> malformed = decode(bytes);
        assertTrue(String.valueOf(malformed.get("error")).startsWith("malformed: "), malformed.toString());
        assertEquals(false, malformed.get("icrcValid"));
        assertEquals(SampleFrames.PSN, malformed.get("psn"));

        byte[] whole = SampleFrames.named("write-large", true).bytes();
        MemorySegment part = MemorySegment.ofArray(Arrays.copyOf(whole, 128));
        Map<String, Object> cut = decoder.decode(new CapturedFrame(1, 5, 0, 1, part, whole.length));
        assertTrue(String.valueOf(cut.get("error")).startsWith("cut by the capture"));
        Map<String, Object> other = decoder.decode(new CapturedFrame(1, 5, 0, 113, part, 128));
        assertEquals("not ours: link type 113 is not Ethernet", other.get("error"));
        assertEquals(
                "malformed: the frame ends within a header (too_short, 3 bytes)",
                decode(new byte[3]).get("error"));
    }

    @Test
    void shouldSayNotOursAndCheckTheIcrcAllTheSameWhenTheFrameIsPublic() throws IOException {
        for (Vector vector : PublicVectors.load()) {
            Map<String, Object> fields = decode(vector.frame());
            String error = String.valueOf(fields.get("error"));
            if (vector.isRoceV2()) {
                assertEquals("rocev2-other", fields.get("kind"), vector.name());
                assertTrue(error.startsWith("not ours: RoCEv2 opcode 0x"), error);
                assertEquals(true, fields.get("icrcValid"), vector.name());
            } else {
                assertEquals("not ours: RoCEv1, EtherType 0x8915", error);
            }
        }
    }

    private Map<String, Object> decode(byte[] bytes) {
        return decoder.decode(new CapturedFrame(1, 5, 0, 1, MemorySegment.ofArray(bytes), bytes.length));
    }
}

package io.heliograph.transport.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.transport.wire.SampleFrames;
import io.heliograph.transport.wire.SampleFrames.Sample;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our Lua file explains the frames that an RDMA device carries in datagrams (VERBS.md); scripts/test-verbs asks about real ones. */
final class DatagramTsharkTest {
    private static final int UD_SEND = 0x64;
    private static final int QUEUE_KEY = 0x4845_4c49;
    private static final int QUEUE_PAIR = 0x1234;
    private static final int ICRC_BYTES = 4;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit's injection
    private Path folder;

    @Test
    void shouldExplainTheFramesWithinDatagramsAndNoneOfAnotherQueueKey() throws IOException, InterruptedException {
        List<Sample> samples = SampleFrames.all();
        Path file = folder.resolve("datagrams.pcapng");
        try (Arena arena = Arena.ofConfined();
                PcapngWriter writer = PcapngWriter.create(file)) {
            int port = writer.addInterface("rxe0");
            for (Sample sample : samples) {
                write(writer, port, arena, datagram(sample.bytes(), QUEUE_KEY));
            }
            write(writer, port, arena, datagram(samples.getFirst().bytes(), 0x1111_1111));
        }
        Tshark.assumeLua(file);
        List<Map<String, String>> frames = Tshark.fields(
                file,
                true,
                List.of(
                        "_ws.malformed",
                        "infiniband.bth.opcode",
                        "heliograph.psn",
                        "heliograph.opcode",
                        "heliograph.source_queue"));
        assertEquals(samples.size() + 1, frames.size());
        for (int i = 0; i < samples.size(); i++) {
            Map<String, String> frame = frames.get(i);
            String name = samples.get(i).name();
            assertEquals("", frame.get("_ws.malformed"), name);
            assertEquals(Integer.toString(UD_SEND), frame.get("infiniband.bth.opcode"), name);
            assertEquals(Integer.toString(SampleFrames.PSN), frame.get("heliograph.psn"), name);
            assertEquals("0x%02x".formatted(samples.get(i).opcode()), frame.get("heliograph.opcode"), name);
            assertEquals("17185", frame.get("heliograph.source_queue"), name);
        }
        assertEquals("", frames.getLast().get("heliograph.opcode"), "it is somebody else's");
    }

    private static void write(PcapngWriter writer, int port, Arena arena, byte[] bytes) {
        MemorySegment frame = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
        writer.sent(port, 1_700_000_000_000_000_000L, frame.address(), bytes.length);
    }

    /** Ethernet, IPv4, UDP, BTH and DETH around a frame; no ICRC. */
    private static byte[] datagram(byte[] frame, int queueKey) {
        int padBytes = -frame.length & 3;
        int udpBytes = 8 + 12 + 8 + frame.length + padBytes + ICRC_BYTES;
        ByteBuffer bytes = ByteBuffer.allocate(14 + 20 + udpBytes);
        bytes.putLong(0x0200_0000_0001_0200L).putInt(2).putShort((short) 0x0800);
        bytes.putInt(0x4500_0000 | 20 + udpBytes).putInt(0x4000).putInt(0x4011_0000);
        bytes.putInt(0xc0a8_4d01).putInt(0xc0a8_4d02);
        bytes.putShort((short) 0xc123).putShort((short) 4791).putInt(udpBytes << 16);
        bytes.put((byte) UD_SEND).put((byte) (0x40 | padBytes << 4)).putShort((short) 0xffff);
        bytes.putInt(QUEUE_PAIR).putInt(7).putInt(queueKey).putInt(QUEUE_PAIR);
        bytes.put(frame);
        return bytes.array();
    }
}

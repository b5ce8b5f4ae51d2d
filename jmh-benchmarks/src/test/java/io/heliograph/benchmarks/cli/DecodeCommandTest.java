package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.capture.PcapngWriter;
import io.heliograph.transport.wire.FrameWriter;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.PacketFields;
import io.heliograph.transport.wire.PeerHeader;
import io.heliograph.transport.wire.UdpLayout;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DecodeCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit's injection
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path capture;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine helio =
            Helio.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));

    /** A write, a NACK, a write with a flipped bit, and something else. */
    @BeforeEach
    void record() {
        capture = folder.resolve("test.pcapng");
        try (Arena arena = Arena.ofConfined();
                PcapngWriter writer = PcapngWriter.create(capture)) {
            int port = writer.addInterface("test");
            PeerHeader peer = new PeerHeader(
                    arena, IpAddress.parse("10.0.0.1"), IpAddress.parse("10.0.0.2"), UdpLayout.ROCE_V2_PORT);
            peer.ethernet(1, 2);
            FrameWriter frames = new FrameWriter(arena);
            PacketFields fields = new PacketFields();
            fields.messagePackets = 1;
            fields.psn = 77;
            MemorySegment frame = arena.allocate(2048, 64);
            MemorySegment payload = arena.allocate(64);
            int length = frames.writeData(frame.address(), peer, 0xC001, fields, payload.address(), 64);
            writer.sent(port, 1, frame.address(), length);
            length = frames.writeNack(frame.address(), peer, 0xC002, fields, NackReason.BAD_KEY, 0xC001, 5, 6);
            writer.sent(port, 2, frame.address(), length);
            length = frames.writeData(frame.address(), peer, 0xC003, fields, payload.address(), 64);
            frame.set(ValueLayout.JAVA_BYTE, length - 5L, (byte) 1);
            writer.sent(port, 3, frame.address(), length);
            writer.sent(port, 4, arena.allocate(60).address(), 60);
        }
    }

    @Test
    void shouldPrintOneObjectALineWhenJsonIsWanted() throws IOException {
        assertEquals(0, helio.execute("decode", "--json", capture.toString()));
        List<String> lines = out.toString().lines().toList();
        assertEquals(4, lines.size());
        JsonNode write = new JsonMapper().readTree(lines.get(0));
        assertEquals(1, write.get("frame").asInt());
        assertEquals("write", write.get("kind").asText());
        assertEquals(77, write.get("psn").asInt());
        assertTrue(write.get("icrcValid").asBoolean());
        assertEquals(
                "BAD_KEY",
                new JsonMapper().readTree(lines.get(1)).get("reasonName").asText());
        assertEquals(
                "false",
                new JsonMapper().readTree(lines.get(2)).get("icrcValid").toString());
        assertEquals(
                "not ours: EtherType 0x0000",
                new JsonMapper().readTree(lines.get(3)).get("error").asText());
    }

    @Test
    void shouldPrintALineForEachFrameAndASummaryWhenPeopleRead() {
        assertEquals(0, helio.execute("decode", capture.toString()));
        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.get(0).startsWith("     1  write         10.0.0.1 > 10.0.0.2 entropy=49153"), lines.get(0));
        assertTrue(lines.get(1).contains("reasonName=BAD_KEY"), lines.get(1));
        assertTrue(lines.get(2).endsWith("WRONG ICRC"), lines.get(2));
        assertTrue(lines.get(3).endsWith("error: not ours: EtherType 0x0000"), lines.get(3));
        assertEquals(
                "4 frames: 2 ours with a right ICRC, 1 with a wrong one, 0 trimmed, 1 not ours or malformed",
                lines.get(4));
    }

    @Test
    void shouldTellWhatIsThereAndFailInOneSentenceWhenTheCaptureEndsEarly() throws IOException {
        byte[] bytes = Files.readAllBytes(capture);
        Files.write(capture, Arrays.copyOf(bytes, bytes.length - 20));
        assertEquals(1, helio.execute("decode", "--json", capture.toString()));
        assertEquals(3, out.toString().lines().count());
        assertTrue(err.toString().contains(": the capture ends within a block: offset="), err::toString);
        assertEquals(1, err.toString().lines().count());
    }

    @Test
    void shouldFailInOneSentenceWhenThereIsNoCapture() {
        assertEquals(1, helio.execute("decode", folder.resolve("absent").toString()));
        assertEquals(1, helio.execute("decode", folder.toString()));
        assertEquals(2, err.toString().lines().count());
        assertEquals(2, helio.execute("decode"));
    }
}

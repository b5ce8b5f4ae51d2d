package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptcamCommandTest {

    private static final String RULES = """
            drop udp any any -> 10.0.0.2 53 (msg:"names"; sid:41;)
            alert udp any any -> any any (msg:"other"; sid:42;)
            alert tcp any any -> any 80 (sid:43;)
            """;

    @TempDir
    private Path directory = Path.of("");

    private Path rules = Path.of("");
    private Path capture = Path.of("");
    private Path json = Path.of("");

    @BeforeEach
    void write() throws IOException {
        rules = Files.writeString(directory.resolve("test.rules"), RULES);
        capture = writeCapture(2, 2);
        json = directory.resolve("out.json");
    }

    /** Frames to port 53 of 10.0.0.2, to 10.0.0.3, an ARP frame; the last frame may be cut by the end of the file. */
    private Path writeCapture(int names, int others) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0xA1B2C3D4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65_535)
                .putInt(1);
        for (int k = 0; k < names + others; k++) {
            putFrame(file, udp(k < names ? 2 : 3));
        }
        byte[] arp = new byte[60];
        arp[12] = 8;
        arp[13] = 6;
        putFrame(file, arp);
        return Files.write(directory.resolve("test.pcap"), Arrays.copyOf(file.array(), file.position()));
    }

    private static void putFrame(ByteBuffer file, byte[] frame) {
        file.putLong(0).putInt(frame.length).putInt(frame.length).put(frame);
    }

    private static byte[] udp(int host) {
        ByteBuffer frame = ByteBuffer.allocate(60);
        frame.putShort(12, (short) 0x0800).position(14);
        frame.put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) 28)
                .putInt(0)
                .put((byte) 64)
                .put((byte) 17);
        frame.putShort((short) 0).putInt(0x0A00_0001).putInt(0x0A00_0000 | host);
        frame.putShort((short) 5000).putShort((short) 53).putShort((short) 8);
        return frame.array();
    }

    private List<Long> matched() throws IOException {
        JsonNode results = new JsonMapper().readTree(json.toFile()).get("results");
        return List.of(
                results.get(0).get("matched").asLong(),
                results.get(1).get("matched").asLong(),
                results.get(2).get("matched").asLong(),
                results.get(3).get("unmatched").asLong());
    }

    private HelioRun classify(String... options) {
        String[] all = {"optcam", "classify", rules.toString(), "--json", json.toString()};
        String[] line = Arrays.copyOf(all, all.length + options.length);
        System.arraycopy(options, 0, line, all.length, options.length);
        return HelioRun.of(line);
    }

    @Test
    void shouldCountFramesByRuleWhateverAnswers() throws IOException {
        for (String way : new String[] {"fast", "rings", "stepped"}) {
            HelioRun run = classify("--pcap", capture.toString(), "--on", way);
            assertEquals(Helio.PASSED, run.code(), run::toString);
            assertEquals(List.of(2L, 2L, 0L, 1L), matched(), run::toString);
            assertTrue(run.out().contains("drop"), run::toString);
            assertTrue(run.out().contains("names"), run::toString);
        }
    }

    @Test
    void shouldTellWhatWasReadWhenTheCaptureBreaksOff() throws IOException {
        byte[] whole = Files.readAllBytes(capture);
        Files.write(capture, Arrays.copyOf(whole, whole.length - 10));
        HelioRun run = classify("--pcap", capture.toString());
        assertEquals(Helio.FAILED, run.code(), run::toString);
        assertEquals(List.of(2L, 2L, 0L, 0L), matched(), run::toString);
    }

    @Test
    void shouldDrawKeysAndSeeTheNoiseThatIsTooMuch() throws IOException {
        HelioRun stated = classify("--lookups", "5000", "--on", "rings", "--noise", "product");
        assertEquals(Helio.PASSED, stated.code(), stated::toString);
        assertTrue(matched().stream().allMatch(count -> count > 100), stated::toString);
        HelioRun loud = classify("--lookups", "5000", "--on", "rings", "--noise", "product", "--sigma", "60");
        assertEquals(Helio.FAILED, loud.code(), loud::toString);
        assertTrue(loud.err().contains("the device was wrong"), loud::toString);
        JsonNode document = new JsonMapper().readTree(json.toFile());
        assertFalse(document.get("passed").asBoolean());
        assertTrue(document.get("results").get(3).get("wrong").asLong() > 0);
    }

    @Test
    void shouldRefuseWhatMakesNoSense() throws IOException {
        refused(Helio.USAGE, "noise is a device's", "--lookups", "5", "--noise", "product");
        refused(Helio.USAGE, "--sigma belongs to", "--lookups", "5", "--on", "rings", "--sigma", "2");
        refused(Helio.USAGE, "--lookups must be above 0", "--lookups", "0");
        refused(
                Helio.ENVIRONMENT,
                "no such file",
                "--pcap",
                directory.resolve("none").toString());
        Files.writeString(rules, "\nalert tcp any any -> any any (pcre:\"/x/\";)\n");
        refused(Helio.USAGE, "test.rules:2:31: no option of this subset: pcre", "--lookups", "5");
        HelioRun nothing = HelioRun.of("optcam");
        assertEquals(Helio.USAGE, nothing.code(), nothing::toString);
        HelioRun crosstalk = HelioRun.of("optcam", "sweep", "--crosstalk", "0.1");
        assertEquals(Helio.USAGE, crosstalk.code(), crosstalk::toString);
    }

    private void refused(int code, String sentence, String... options) {
        HelioRun run = classify(options);
        assertEquals(code, run.code(), run::toString);
        assertTrue(run.err().contains(sentence), run::toString);
    }

    @Test
    void shouldSweepIntoATableAFileAndAPlot() throws IOException {
        Path csv = directory.resolve("sweep.csv");
        Path plot = directory.resolve("sweep.png");
        HelioRun run = HelioRun.of(
                "optcam",
                "sweep",
                "--sigma",
                "1.657,20",
                "--widths",
                "16,128",
                "--lookups",
                "3000",
                "--errors",
                "40",
                "--csv",
                csv.toString(),
                "--plot",
                plot.toString(),
                "--json",
                json.toString());
        assertEquals(Helio.PASSED, run.code(), run::toString);
        String[] rows = Files.readString(csv, StandardCharsets.US_ASCII).lines().toArray(String[]::new);
        assertEquals(5, rows.length);
        assertArrayEquals(new String[] {"sigma 1.657", "16", "3000", "0", "0", "0.00"}, rows[1].split(",", -1));
        assertTrue(rows[4].startsWith("sigma 20,128,"), rows[4]);
        assertFalse(rows[4].endsWith(",0.00"), rows[4]);
        assertEquals(900, ImageIO.read(plot.toFile()).getWidth());
        assertEquals(4, new JsonMapper().readTree(json.toFile()).get("results").size());
    }
}

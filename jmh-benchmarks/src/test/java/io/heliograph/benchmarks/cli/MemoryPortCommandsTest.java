package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each command end to end, both ends in this process. */
@Timeout(120)
class MemoryPortCommandsTest {

    private static final String LOSSY = "loss=0.02,dup=0.01,reorder=0.02,corrupt=0.01,seed=3";

    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"write-bw", "write-lat"})
    void shouldMeasureDirectPlacementAndFindNothingWrong(String command) throws IOException {
        Path json = directory.resolve("direct.json");
        HelioRun run = HelioRun.of(
                command,
                "--endpoint",
                "direct",
                "--port",
                "memory",
                "-s",
                "10000",
                "-n",
                "300",
                "-w",
                "0.2",
                "--json",
                json.toString());
        assertEquals(0, run.code(), run::toString);
        assertFalse(run.out().contains("MTU"), "packets mean nothing here");
        JsonNode row = results(json).path(0);
        assertEquals(10_000, row.path("bytes").asInt());
        assertEquals(300, row.path("iterations").asInt());
        assertEquals(0, row.path("wrong").asInt(-1));
        assertEquals(300, row.path("packets").asInt(), "a message is one packet");
    }

    @Test
    void shouldBePacedByARateTable() throws IOException {
        Path rates = directory.resolve("rates.csv");
        Files.writeString(rates, """
                line_rate_bps,100000000000
                source,destination,class,period_ns,start_ns,rate_bps
                198.18.0.2,198.18.0.1,0,,,20000000
                198.18.0.2,198.18.0.9,0,,,20000000
                """);
        Path json = directory.resolve("bw.json");
        HelioRun run = HelioRun.of(
                "write-bw",
                "--port",
                "memory",
                "--rates",
                rates.toString(),
                "-s",
                "1000",
                "-n",
                "500",
                "-w",
                "0.2",
                "--json",
                json.toString());
        assertEquals(0, run.code(), run::toString);
        double average = results(json).path(0).path("bwAverageGbitPerSecond").asDouble();
        // 1,000 bytes of 1,122 on the wire; a busy machine loses time, and none of it is made up.
        assertTrue(average > 0 && average < 0.02, run::toString);
        assertTrue(run.err().contains("that nothing was sent to: 1"), run::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"not-there", "bad"})
    void shouldRefuseARateTableBeforeAnythingIsOpened(String name) throws IOException {
        Files.writeString(directory.resolve("bad"), "line_rate_bps,5\nnonsense\n");
        HelioRun run = HelioRun.of(
                "write-bw",
                "--port",
                "memory",
                "--rates",
                directory.resolve(name).toString());
        assertEquals(2, run.code(), run::toString);
        assertTrue(run.err().contains(name.equals("bad") ? "bad:2: " : "not-there"), run::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"write-bw", "write-lat"})
    void shouldSayThatItKeepsItsProcessorWhenToldTo(String command) {
        HelioRun run = HelioRun.of(command, "--port", "memory", "-s", "64", "-n", "50", "-w", "0.1", "--busy-poll");
        assertEquals(0, run.code(), run::toString);
        assertTrue(run.out().contains("busy poll"), run::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"seed=1", LOSSY})
    void shouldMeasureBandwidthAndFindNothingWrong(String faults) throws IOException {
        Path json = directory.resolve("bw.json");
        HelioRun run = HelioRun.of(
                "write-bw",
                "--port",
                "memory",
                "-s",
                "10000",
                "-n",
                "300",
                "-w",
                "0.2",
                "-t",
                "16",
                "--fault",
                faults,
                "--json",
                json.toString());
        assertEquals(0, run.code(), run::toString);
        assertTrue(run.out().startsWith("-----"), "the banner comes first");
        assertTrue(
                run.out().contains("#bytes #iterations BW peak[Gb/sec] BW average[Gb/sec] MsgRate[Mpps]"),
                run::toString);
        JsonNode row = results(json).path(0);
        assertEquals(10_000, row.path("bytes").asInt());
        assertEquals(300, row.path("iterations").asInt());
        assertEquals(16, row.path("checked").asInt());
        assertEquals(0, row.path("wrong").asInt());
        assertTrue(row.path("bwPeakGbitPerSecond").asDouble()
                >= row.path("bwAverageGbitPerSecond").asDouble());
        assertTrue(row.path("packets").asLong() >= 300 * 7, run::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"write-bw", "write-lat"})
    void shouldMeasureWithSeveralEnginesAndFindNothingWrong(String command) throws IOException {
        Path json = directory.resolve("engines.json");
        HelioRun run = HelioRun.of(
                command,
                "--port",
                "memory",
                "--engines",
                "2",
                "-s",
                "200k", // long enough to be striped
                "-n",
                "50",
                "-w",
                "0.2",
                "--fault",
                LOSSY,
                "--json",
                json.toString());
        assertEquals(0, run.code(), run::toString);
        assertTrue(run.out().contains(" engines             2"), run::toString);
        assertEquals(0, results(json).path(0).path("wrong").asInt(-1));
    }

    @Test
    void shouldMeasureEncryptedAndShowNothingPlainOnTheWire() throws IOException {
        Path secret = Files.write(directory.resolve("secret"), new byte[32]);
        Path capture = directory.resolve("wire.pcapng");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        for (String command : List.of("write-bw", "write-lat")) {
            HelioRun run = HelioRun.of(
                    command,
                    "--port",
                    "memory",
                    "-s",
                    "5000",
                    "-n",
                    "100",
                    "-w",
                    "0.1",
                    "--fault",
                    LOSSY,
                    "--secret",
                    secret.toString(),
                    "--capture",
                    capture.toString());
            assertEquals(0, run.code(), run::toString);
            assertTrue(run.out().contains("AES-128-GCM"), run::toString);
            HelioRun decoded = HelioRun.of("decode", capture.toString());
            assertFalse(decoded.out().contains("SACK"), decoded::toString);
            assertFalse(decoded.out().contains("RDMA_WRITE"), decoded::toString);
        }
    }

    @Test
    void shouldRefuseASecretThatOthersCanRead() throws IOException {
        Path secret = Files.write(directory.resolve("secret"), new byte[32]);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
        HelioRun run = HelioRun.of("write-bw", "--port", "memory", "--secret", secret.toString());
        assertEquals(Helio.ENVIRONMENT, run.code(), run::toString);
        assertTrue(run.err().contains("open to others") && run.err().contains("chmod 600"), run::toString);
    }

    @Test
    void shouldMeasureForADurationWhenAsked() throws IOException {
        Path json = directory.resolve("bw.json");
        HelioRun run = HelioRun.of(
                "write-bw", "--port", "memory", "-s", "64", "-D", "0.2", "-w", "0.1", "--json", json.toString());
        assertEquals(0, run.code(), run::toString);
        assertTrue(results(json).path(0).path("elapsedNs").asLong() >= 150_000_000L, run::toString);
    }

    @Test
    void shouldMeasureAllSizesWhenAsked() throws IOException {
        Path json = directory.resolve("bw.json");
        HelioRun run =
                HelioRun.of("write-bw", "--port", "memory", "-a", "-n", "3", "-w", "0.1", "--json", json.toString());
        assertEquals(0, run.code(), run::toString);
        assertEquals(23, results(json).size());
        assertEquals(8 << 20, results(json).path(22).path("bytes").asInt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"seed=1", LOSSY})
    void shouldMeasureLatencyAndFindNothingWrong(String faults) throws IOException {
        Path json = directory.resolve("lat.json");
        HelioRun run = HelioRun.of(
                "write-lat",
                "--port",
                "memory",
                "-s",
                "3000",
                "-n",
                "200",
                "-w",
                "0.2",
                "--fault",
                faults,
                "--json",
                json.toString());
        assertEquals(0, run.code(), run::toString);
        JsonNode row = results(json).path(0);
        assertEquals(200, row.path("samples").asInt());
        assertEquals(0, row.path("wrong").asInt());
        List<String> rising = List.of("tMinUs", "t50Us", "t90Us", "t99Us", "t99_9Us", "t99_99Us", "tMaxUs");
        for (int i = 1; i < rising.size(); i++) {
            assertTrue(
                    row.path(rising.get(i - 1)).asDouble()
                            <= row.path(rising.get(i)).asDouble(),
                    row::toString);
        }
        assertTrue(row.path("tMinUs").asDouble() > 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"seed=1", LOSSY})
    void shouldMoveFilesWhateverTheirNamesAndSizes(String faults) throws IOException {
        Path from = Files.createDirectory(directory.resolve("from"));
        Path to = Files.createDirectory(directory.resolve("to"));
        write(from.resolve("a file with spaces"), 3_000_001);
        write(from.resolve("Grüße"), 1);
        write(from.resolve("empty"), 0);
        HelioRun run = HelioRun.of(
                "send",
                "--port",
                "memory",
                "-s",
                "100k",
                "--fault",
                faults,
                from.resolve("a file with spaces").toString(),
                from.resolve("Grüße").toString(),
                from.resolve("empty").toString(),
                to.toString());
        assertEquals(0, run.code(), run::toString);
        for (String name : List.of("a file with spaces", "Grüße", "empty")) {
            assertArrayEquals(Files.readAllBytes(from.resolve(name)), Files.readAllBytes(to.resolve(name)), name);
        }
        try (var files = Files.list(to)) {
            assertEquals(3, files.count(), "nothing else is left");
        }
    }

    @Test
    void shouldNotOverwriteUnlessTold() throws IOException {
        Path file = write(directory.resolve("f"), 10);
        Path to = Files.createDirectory(directory.resolve("to"));
        Files.writeString(to.resolve("f"), "old");
        HelioRun refused = HelioRun.of("send", "--port", "memory", file.toString(), to.toString());
        assertEquals(1, refused.code(), refused::toString);
        assertTrue(refused.err().contains("f exists"), refused::toString);
        assertEquals(1, refused.err().lines().count(), refused::toString);
        assertEquals("old", Files.readString(to.resolve("f")));
        HelioRun told = HelioRun.of("send", "--port", "memory", "--overwrite", file.toString(), to.toString());
        assertEquals(0, told.code(), told::toString);
        assertEquals(10, Files.size(to.resolve("f")));
    }

    @Test
    void shouldCaptureWhatIsOnTheWire() throws IOException {
        Path capture = directory.resolve("c.pcapng");
        HelioRun run =
                HelioRun.of("write-bw", "--port", "memory", "-n", "2", "-w", "0", "--capture", capture.toString());
        assertEquals(0, run.code(), run::toString);
        assertTrue(Files.size(capture) > 2 * 65_536, "the client's frames are in it");
    }

    @Test
    void shouldListPorts() throws IOException {
        Path json = directory.resolve("ports.json");
        HelioRun run = HelioRun.of("ports", "--json", json.toString());
        assertEquals(0, run.code(), run::toString);
        assertTrue(run.out().contains("memory"), run::toString);
        for (JsonNode offer : results(json)) {
            assertFalse(offer.path("port").asText().isEmpty());
            assertFalse(offer.path("note").asText().isEmpty());
        }
    }

    private static JsonNode results(Path json) throws IOException {
        JsonNode document = new JsonMapper().readTree(json.toFile());
        assertEquals("heliograph.run/1", document.path("schema").asText());
        assertTrue(document.path("passed").asBoolean());
        return document.path("results");
    }

    private static Path write(Path file, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return Files.write(file, content);
    }
}

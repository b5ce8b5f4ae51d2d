package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmulateCommandTest {
    private static final String SMALL = """
            name: small
            about: Three hosts send to one.
            seeds: [1, 2]
            limit: 10ms
            topology: {kind: star, hosts: 4, link: {rate: 100Gb/s, delay: 1us}}
            switch: {buffer: 1MiB, queue: 50KB, ecn: {kind: threshold, at: 20KB}}
            transport: {window: 64}
            modes:
              - {name: rates, kind: table, trimming: {bytes: 128B}}
              - {name: line, kind: line-rate, trimming: {bytes: 128B}}
            workload: {kind: incast, senders: 3, receiver: h3, bytes: 200KB}
            """;

    @TempDir
    private Path directory;

    private String file(String text) throws IOException {
        Path file = directory.resolve("small.yaml");
        Files.writeString(file, text);
        return file.toString();
    }

    @Test
    void shouldPrintWriteDrawAndCapture() throws IOException {
        Path json = directory.resolve("small.json");
        Path csv = directory.resolve("small.csv");
        Path plots = directory.resolve("plots");
        Path pcap = directory.resolve("pcap");
        HelioRun run = HelioRun.of(
                "emulate",
                file(SMALL),
                "--threads",
                "2",
                "--json",
                json.toString(),
                "--csv",
                csv.toString(),
                "--plots",
                plots.toString(),
                "--pcap",
                pcap.toString());
        assertEquals(Helio.PASSED, run.code(), run::toString);
        assertTrue(run.out().contains("queue max[KiB]"), run::toString);

        JsonNode report = new JsonMapper().readTree(json.toFile());
        assertEquals("heliograph.run/1", report.path("schema").asText());
        assertTrue(report.path("passed").asBoolean());
        assertEquals(4, report.path("results").size());
        for (JsonNode row : report.path("results")) {
            assertEquals(3, row.path("messages").asInt());
            assertEquals(600_000, row.path("payloadBytes").asLong());
            // 600 kB over one link of 100 Gbit/s take 48 us.
            assertTrue(row.path("jobUs").asDouble() > 48, row::toString);
            assertTrue(row.path("wallSeconds").asDouble() > 0, row::toString);
        }
        assertEquals(
                0, report.path("results").path(0).path("dataPacketsTrimmed").asLong(), "planned");
        assertTrue(report.path("results").path(2).path("dataPacketsTrimmed").asLong() > 0, "unplanned");

        List<String> lines = Files.readAllLines(csv);
        assertEquals(5, lines.size());
        assertTrue(lines.get(1).startsWith("rates,1,3,0,0,"), lines.get(1));
        for (String plot :
                List.of("small-fct.png", "small-queue.png", "small-rates-links.png", "small-line-links.png")) {
            assertTrue(Files.size(plots.resolve(plot)) > 1000, plot);
        }
        for (String capture : List.of("small-rates-1", "small-rates-2", "small-line-1", "small-line-2")) {
            assertTrue(Files.size(pcap.resolve(capture + ".pcapng")) > 600_000, capture);
        }
    }

    @Test
    void shouldGiveTheSameFiguresWithThreadsAndWithout() throws IOException {
        Path one = directory.resolve("one.csv");
        Path two = directory.resolve("two.csv");
        String experiment = file(SMALL);
        HelioRun.of("emulate", experiment, "--csv", one.toString());
        HelioRun.of("emulate", experiment, "--csv", two.toString(), "--threads", "3");
        assertEquals(Files.readString(one), Files.readString(two));
    }

    @Test
    void shouldRunWhatWasAskedFor() throws IOException {
        HelioRun run = HelioRun.of("emulate", file(SMALL), "--mode", "line", "--seed", "7", "--markdown");
        assertEquals(Helio.PASSED, run.code(), run::toString);
        assertTrue(run.out().startsWith("| mode |"), run::toString);
        assertTrue(run.out().contains("| line | "), run::toString);
        assertFalse(run.out().contains("rates"), run::toString);
    }

    @Test
    void shouldFailIfMessagesAreNotOver() throws IOException {
        HelioRun run = HelioRun.of("emulate", file(SMALL.replace("limit: 10ms", "limit: 20us")), "--mode", "rates");
        assertEquals(Helio.FAILED, run.code(), run::toString);
    }

    @Test
    void shouldNameWhatIsWrongAndRunNothing() throws IOException {
        HelioRun unit = HelioRun.of("emulate", file(SMALL.replace("100Gb/s", "100Gib")));
        assertEquals(Helio.USAGE, unit.code(), unit::toString);
        assertTrue(unit.err().contains("small.yaml:5: rate: not a rate: 100Gib"), unit::toString);
        assertEquals("", unit.out());
        assertEquals(
                Helio.USAGE, HelioRun.of("emulate", directory + "/none.yaml").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("emulate", file(SMALL), "--mode", "swift").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("emulate", file(SMALL), "--threads", "0").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("emulate", file(SMALL), "--seed", "1", "--seed", "1")
                        .code());
        assertEquals(Helio.USAGE, HelioRun.of("emulate").code());
        HelioRun nowhere = HelioRun.of("emulate", file(SMALL), "--mode", "rates", "--csv", directory + "/none/x.csv");
        assertEquals(Helio.ENVIRONMENT, nowhere.code(), nowhere::toString);
    }
}

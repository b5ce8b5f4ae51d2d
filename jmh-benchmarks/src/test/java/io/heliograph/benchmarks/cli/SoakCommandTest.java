package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.benchmarks.tour.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Short soaks: over shared memory always, over AF_XDP where this machine lets the test. */
@Timeout(180)
class SoakCommandTest {

    private static final String[] SHORT = {
        "--duration", "5", "--load", "50", "--reregister", "0.7", "--restart", "1.5", "-s", "256k", "--json"
    };
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldFindNothingWrongOverSharedMemory() throws IOException {
        JsonNode document = soak(List.of());
        assertEquals(0, document.path("wrong").size());
        assertNoSharedMemory("soak-" + ProcessHandle.current().pid());
    }

    @Test
    void shouldFindNothingWrongOverAfXdp() throws IOException {
        soak(List.of("--veth"));
    }

    private JsonNode soak(List<String> more) throws IOException {
        Path json = directory.resolve("soak.json");
        List<String> line = new ArrayList<>(List.of("soak"));
        line.addAll(List.of(SHORT));
        line.add(json.toString());
        line.addAll(more);
        HelioRun run = HelioRun.of(line.toArray(String[]::new));
        assumeTrue(run.code() != Helio.ENVIRONMENT, run::toString);
        assertEquals(0, run.code(), run::toString);
        assertTrue(run.out().contains(" seed "), run::toString);
        assertTrue(run.out().contains("client: ran "), run::toString);
        assertTrue(run.out().contains("server: garbage collections: "), run::toString);
        JsonNode document = new JsonMapper().readTree(json.toFile());
        for (String end : List.of("server", "client")) {
            JsonNode last = last(document, end);
            assertTrue(last.path("posted").asLong() > 20, run::toString);
            assertEquals(
                    last.path("posted").asLong(),
                    last.path("completed").asLong()
                            + last.path("failedAsDue").asLong()
                            + last.path("abandoned").asLong(),
                    "every post completed once");
            assertTrue(last.path("verified").asLong() > 0, run::toString);
            assertTrue(last.path("retransmitted").asLong() > 0, "faults: " + run);
            assertEquals(0, last.path("errors").asLong(-1));
            assertTrue(last.path("residentBytes").asLong() > 0, run::toString);
        }
        long moved = last(document, "server").path("reregistered").asLong()
                + last(document, "client").path("reregistered").asLong();
        assertTrue(moved > 0, run::toString);
        assertTrue(last(document, "server").path("restarted").asLong() > 0, run::toString);
        return document;
    }

    private static JsonNode last(JsonNode document, String end) {
        JsonNode last = document.path("none");
        for (JsonNode sample : document.path("results")) {
            if (sample.path("end").asText().equals(end)) {
                last = sample;
            }
        }
        return last;
    }

    @Test
    void shouldPrintTheTallyAndLeaveNothingWhenItIsTerminated() throws Exception {
        try (ChildProcess soak = ChildProcess.start(
                List.of(), directory.resolve("log"), List.of("soak", "--duration", "1h", "--interval", "0.2"))) {
            long pid = soak.process().pid();
            awaitRows(soak);
            soak.process().destroy(); // SIGTERM, which ends a JVM as Ctrl-C does
            soak.await(60);
            assertTrue(soak.said().contains("interrupted: the tally so far"), soak::said);
            assertTrue(soak.said().contains("client: posted="), soak::said);
            assertNoSharedMemory("soak-" + pid);
            assertEquals(0, soak.process().descendants().count(), "the two ends are gone");
        }
    }

    private static void awaitRows(ChildProcess soak) throws InterruptedException {
        for (int i = 0;
                i < 600
                        && soak.said()
                                        .lines()
                                        .filter(line -> line.endsWith(" 0"))
                                        .count()
                                < 3;
                i++) {
            assertTrue(soak.process().isAlive(), soak::said);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static void assertNoSharedMemory(String name) throws IOException {
        try (var files = Files.list(SHARED_MEMORY)) {
            assertTrue(files.noneMatch(file -> file.toString().contains(name)), "shared memory is left");
        }
    }
}

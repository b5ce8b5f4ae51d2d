package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArbiterCommandTest {
    @TempDir
    private Path directory;

    @Test
    void shouldTellSlotsASecondForEachCountAndLoad() throws IOException {
        Path json = directory.resolve("arbiter.json");
        HelioRun run = HelioRun.of(
                "arbiter",
                "--nodes=16,24",
                "--experts=8",
                "--paths=3",
                "--loads=0.5,1",
                "--seconds=0.02",
                "--json=" + json);
        assertEquals(Helio.PASSED, run.code(), run::toString);
        JsonNode results = new JsonMapper().readTree(json.toFile()).path("results");
        assertEquals(4, results.size());
        for (JsonNode row : results) {
            assertEquals(0, row.path("wrong").asLong(-1), row::toString);
            assertTrue(row.path("slotsPerSecond").asDouble() > 0, row::toString);
            double matched = row.path("matchedPercent").asDouble();
            // Of four nodes below a leaf three may send up at once, and with 16 nodes one in seven chunks stays below
            // it.
            assertTrue(row.path("load").asDouble() < 1 ? matched < 51 : matched > 60, row::toString);
        }
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        assertEquals(
                Helio.USAGE, HelioRun.of("arbiter", "--nodes=20", "--experts=8").code());
        assertEquals(Helio.USAGE, HelioRun.of("arbiter", "--loads=1.5").code());
        assertEquals(Helio.USAGE, HelioRun.of("arbiter", "--batch=65").code());
        assertEquals(Helio.USAGE, HelioRun.of("arbiter", "--paths=0").code());
        assertEquals(Helio.USAGE, HelioRun.of("arbiter", "--seconds=0").code());
    }
}

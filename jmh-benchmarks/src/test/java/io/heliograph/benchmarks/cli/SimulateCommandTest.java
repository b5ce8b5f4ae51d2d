package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.transport.simulation.ScenarioGenerator;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SimulateCommandTest {

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldRunSchedulesOnThreadsWhenAsked() throws IOException {
        JsonNode report = run("simulate", "--seed", "1", "--schedules", "40", "--threads", "2");
        JsonNode row = report.path("results").path(0);
        assertEquals(40, row.path("schedules").asInt(), row::toString);
        assertTrue(row.path("schedulesPerSecond").asDouble() > 0, row::toString);
        assertTrue(row.path("frames").asLong() > 40, row::toString);
        assertEquals(40, row.path("counters").path("data_sent").asInt(), row::toString);
        assertEquals(40, row.path("troubles").path("Post").asInt(), row::toString);
        assertEquals(0, row.path("counters").path("stale_message").asInt(-1), row::toString);
        assertTrue(report.path("passed").asBoolean(), report::toString);
        assertEquals("1", report.path("options").path("seed").asText());
    }

    @Test
    void shouldEndWhenTimeIsUp() throws IOException {
        JsonNode report = run("simulate", "--minutes", "0.01");
        assertTrue(report.path("results").path(0).path("seconds").asDouble() >= 0.6, report::toString);
    }

    @Test
    void shouldGiveTheSameTraceWhenReplayed() throws IOException {
        String one = String.valueOf(ScenarioGenerator.seed(1, 0));
        String other = String.valueOf(ScenarioGenerator.seed(1, 1));
        JsonNode first = run("simulate", "--replay", one, other).path("results");
        JsonNode again = run("simulate", "--replay", one).path("results");
        assertEquals(2, first.size());
        assertEquals("passed", first.path(0).path("result").asText());
        assertEquals(first.path(0), again.path(0));
        assertNotEquals(first.path(0).path("traceHash"), first.path(1).path("traceHash"));
    }

    @Test
    void shouldSayWhatMakesNoSense() {
        assertEquals(Helio.USAGE, HelioRun.of("simulate", "--threads", "0").code());
        assertEquals(Helio.USAGE, HelioRun.of("simulate", "--schedules", "0").code());
        assertEquals(Helio.USAGE, HelioRun.of("simulate", "--minutes", "-1").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("simulate", "--replay", "1", "--seed", "2").code());
        assertEquals(Helio.USAGE, HelioRun.of("simulate", "--replay").code());
    }

    private JsonNode run(String... arguments) throws IOException {
        Path json = directory.resolve("simulate.json");
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--json";
        all[arguments.length + 1] = json.toString();
        HelioRun run = HelioRun.of(all);
        assertEquals(Helio.PASSED, run.code(), run::toString);
        return new JsonMapper().readTree(json.toFile());
    }
}

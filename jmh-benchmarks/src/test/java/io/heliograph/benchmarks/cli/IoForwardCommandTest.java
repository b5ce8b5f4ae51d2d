package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides forward; what the ratio is on a machine that also runs tests says little, so it is only printed. */
final class IoForwardCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit's injection
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"net_ring0", "net_null0"})
    void shouldForwardBesideTestpmd(String vdev) throws IOException {
        Path json = folder.resolve("forward.json");
        HelioRun run = HelioRun.of(
                "io-forward", "--vdev", vdev, "--rounds", "1", "--duration", "0.2", "--json", json.toString());
        assumeTrue(run.code() != Helio.ENVIRONMENT, run.err().strip());
        System.out.println("io-forward " + vdev + ": "
                + run.out()
                        .lines()
                        .filter(line -> line.startsWith("ratio"))
                        .findFirst()
                        .orElse("no ratio"));
        assertEquals(Helio.PASSED, run.code(), run::err);
        JsonNode report = new JsonMapper().readTree(json.toFile());
        JsonNode round = report.get("results").get(0);
        assertTrue(round.get("oursPackets").asLong() > 0, report::toString);
        assertTrue(round.get("testpmdPackets").asLong() > 0, report::toString);
        assertEquals(0.95, report.get("summary").get("goalRatio").asDouble());
    }

    @Test
    void shouldSayOneSentenceWhenTheDeviceDoesNotExist() {
        HelioRun run = HelioRun.of("io-forward", "--vdev", "net_nonsense0", "--rounds", "1");
        assertEquals(Helio.ENVIRONMENT, run.code(), run::err);
        assertEquals(1, run.err().lines().count(), run::err);
    }

    @Test
    void shouldExitWithUsageWhenThereIsNothingToDo() {
        assertEquals(Helio.USAGE, HelioRun.of("io-forward", "--rounds", "0").code());
        assertEquals(Helio.USAGE, HelioRun.of("io-forward", "--burst", "513").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("io-forward", "--forward-mode", "rxonly").code());
    }
}

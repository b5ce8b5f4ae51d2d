package io.heliograph.emulator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file under experiments/, as it is for reading and small for running: few bytes, one round, 16 hosts in place of 1,024. */
final class ShippedExperimentsTest {
    static final Path DIRECTORY = Path.of("experiments");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
            assertTrue(found.size() >= 12, () -> "only " + found);
            return found;
        }
    }

    private static String smaller(String text) {
        return text.replaceAll("(?m)^(workload:.*|  )bytes: [0-9]+[KM]i?B", "$1bytes: 6000B")
                .replaceAll("rounds: [0-9]+", "rounds: 1")
                .replace("k: 16", "k: 4")
                .replace("senders: 1000", "senders: 15")
                .replace("h1023", "h15");
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldRunInEveryMode(Path file) throws IOException {
        assertTrue(ExperimentFile.read(file).modes().size() >= 1);
        Experiment experiment = ExperimentFile.parse(file, smaller(Files.readString(file)));
        assertTrue(experiment.payloadBytes(1) < 50_000_000, "small enough for a test");
        for (int mode = 0; mode < experiment.modes().size(); mode++) {
            RunResult result =
                    ExperimentRun.run(experiment, mode, experiment.seeds().getFirst(), false, null, RunMonitor.NONE);
            assertNotNull(result);
            String what = file + " " + result.mode();
            assertEquals(0, result.failed(), what);
            assertEquals(0, result.unfinished(), what);
            assertEquals(result.messages(), result.times().count(), what);
            assertEquals(experiment.payloadBytes(result.seed()), result.payloadBytes(), what);
            assertTrue(result.times().percentilePs(100) <= result.endPs(), what);
        }
    }
}

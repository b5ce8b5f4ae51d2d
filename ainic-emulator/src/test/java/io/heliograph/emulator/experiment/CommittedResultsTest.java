package io.heliograph.emulator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What EXPERIMENTS.md shows is what comes out here: the first seed of small experiments gives the committed lines, figure by figure. */
final class CommittedResultsTest {
    @ParameterizedTest
    @ValueSource(strings = {"optical", "all-reduce", "first-contact"})
    void shouldGiveTheCommittedFigures(String name) throws IOException {
        Experiment experiment = ExperimentFile.read(ShippedExperimentsTest.DIRECTORY.resolve(name + ".yaml"));
        List<RunResult> results = new ArrayList<>();
        for (int mode = 0; mode < experiment.modes().size(); mode++) {
            RunResult result =
                    ExperimentRun.run(experiment, mode, experiment.seeds().getFirst(), false, null, RunMonitor.NONE);
            assertNotNull(result);
            results.add(result);
        }
        String committed = Files.readString(
                ShippedExperimentsTest.DIRECTORY.resolve("results").resolve(name + ".csv"));
        assertEquals(
                committed,
                ResultCsv.text(results),
                "if the transport or the fabric changed on purpose, run scripts/experiments, and read EXPERIMENTS.md again");
    }
}

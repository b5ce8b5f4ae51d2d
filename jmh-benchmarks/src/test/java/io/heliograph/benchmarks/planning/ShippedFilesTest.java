package io.heliograph.benchmarks.planning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.rates.Late;
import io.heliograph.collectives.planning.rates.LinkCheck;
import io.heliograph.collectives.planning.rates.Margins;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.collectives.planning.steps.StepFile;
import io.heliograph.emulator.experiment.Experiment;
import io.heliograph.emulator.experiment.ExperimentFile;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.rate.RateTableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every job, fabric and experiment that comes with the repository is read, and every job of an experiment is scheduled on its fabric. */
class ShippedFilesTest {
    @TempDir
    private Path directory;

    @Test
    void shouldScheduleTheJobOfEveryExperimentOnItsFabric() throws IOException {
        int scheduled = 0;
        for (Path file : Shipped.all("experiments", ".yaml")) {
            String name = nameOf(file);
            if (!isOfAJob(file)) {
                continue;
            }
            Job job = JobFile.read(Shipped.job(name.replaceFirst("\\+.*", "")));
            try (Fabric fabric = ExperimentFile.readFabric(file)) {
                EmulatedRoutes routes = new EmulatedRoutes(fabric);
                PlanMethod.Planned planned = PlanMethod.MAX_MIN.plan(job, routes, new Margins(0.02, 0.05));
                RateSchedule schedule = planned.schedule();
                RateTable table = schedule.table(Late.SPARE, routes.lineRateBitsPerSecond(), HostAddresses::ipv4);
                assertTrue(LinkCheck.fullest(table, routes, HostAddresses::ipv4) <= 0.98 * (1 + 1e-9), name);
                RateTableFile.write(table, directory.resolve(name + "-rates.csv"));
                StepFile.write(planned.steps().get(), directory.resolve(name + "-steps.csv"));
            }
            // With its files beside it an experiment is read whole.
            Path beside = directory.resolve(name + ".yaml");
            Files.copy(file, beside);
            Experiment experiment = ExperimentFile.read(beside);
            assertEquals(name, experiment.name());
            scheduled++;
        }
        assertTrue(scheduled >= 10, "experiments " + scheduled);
    }

    /** Those in the folder itself are named after their jobs. */
    private static boolean isOfAJob(Path file) {
        return file.equals(Shipped.experiment(nameOf(file)));
    }

    @Test
    void shouldReadEveryOtherExperiment() throws IOException {
        for (Path file : Shipped.all("experiments", ".yaml")) {
            if (!isOfAJob(file)) {
                Files.copy(file, directory.resolve(file.getFileName().toString()));
                ExperimentFile.read(directory.resolve(file.getFileName().toString()));
            }
        }
        for (Path file : Shipped.all("fabrics", ".yaml")) {
            ExperimentFile.readFabric(file).close();
        }
    }

    @Test
    void shouldReadEveryJob() throws IOException {
        TreeSet<String> names = new TreeSet<>();
        for (Path file : Shipped.all("jobs", ".yaml")) {
            Job job = JobFile.read(file);
            assertTrue(names.add(job.name()), "two jobs called " + job.name());
            assertTrue(!new JobSubject(job).name().isEmpty());
        }
        assertTrue(names.contains("gpt-small-overlap"), names::toString);
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString().replaceFirst("\\.yaml$", "");
    }
}

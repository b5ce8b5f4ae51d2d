package io.heliograph.benchmarks.planning;

import io.heliograph.benchmarks.planning.PlanMethod.Planned;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.collectives.planning.steps.StepFile;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.rate.RateTableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The files that {@code helio plan --fabric} writes. */
final class PlanFiles {
    @Option(
            names = "--rates",
            paramLabel = "FILE",
            description = "Writes the table that endpoints load with their --rates, for all hosts; needs --fabric.")
    @Nullable
    private Path rates;

    @Option(
            names = "--workload",
            paramLabel = "FILE",
            description =
                    "Writes the messages and computations of an iteration with what each waits for, a workload of kind"
                            + " steps for 'helio emulate'; needs --fabric.")
    @Nullable
    private Path workload;

    @Option(
            names = "--gantt",
            paramLabel = "FILE",
            description = "Draws the slots of an iteration, by operation, as SVG; needs --fabric.")
    @Nullable
    private Path gantt;

    @Option(
            names = "--heatmap",
            paramLabel = "FILE",
            description = "Draws how busy the busiest links are over an iteration, as SVG; needs --fabric.")
    @Nullable
    private Path heatmap;

    /** Made by picocli. */
    PlanFiles() {}

    /** The options that are given, and their files. */
    Map<String, Path> given() {
        Map<String, Path> given = new LinkedHashMap<>();
        add("--rates", rates, given);
        add("--workload", workload, given);
        add("--gantt", gantt, given);
        add("--heatmap", heatmap, given);
        return given;
    }

    private static void add(String option, @Nullable Path file, Map<String, Path> to) {
        if (file != null) {
            to.put(option, file);
        }
    }

    Banner show(Banner banner) {
        return banner.with("rates", rates == null ? "none" : rates)
                .with("workload", workload == null ? "none" : workload)
                .with("Gantt plot", gantt == null ? "none" : gantt)
                .with("heat map", heatmap == null ? "none" : heatmap);
    }

    /**
     * Writes those that are given.
     *
     * @param name of the job
     */
    void write(String name, Planned planned, EmulatedRoutes routes, RateTable table) {
        if (rates != null) {
            try {
                RateTableFile.write(table, rates);
            } catch (IOException e) {
                throw new EnvironmentException("cannot write " + rates + ": " + e, e);
            }
        }
        if (workload != null) {
            try {
                StepFile.write(planned.steps().get(), workload);
            } catch (IOException e) {
                throw new EnvironmentException("cannot write " + workload + ": " + e, e);
            }
        }
        if (gantt != null) {
            GanttPlot.of(name, planned.schedule()).write(gantt);
        }
        if (heatmap != null) {
            LinkHeatMap.of(name, planned.schedule(), routes, ScheduleTable.shown(planned.schedule(), routes))
                    .write(heatmap);
        }
    }
}

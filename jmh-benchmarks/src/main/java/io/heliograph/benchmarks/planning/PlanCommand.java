package io.heliograph.benchmarks.planning;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.collectives.planning.job.Iteration;
import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.rates.LinkCheck;
import io.heliograph.collectives.planning.rates.Margins;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.collectives.planning.steps.JobSteps;
import io.heliograph.collectives.planning.steps.StepFile;
import io.heliograph.collectives.planning.traffic.Volumes;
import io.heliograph.collectives.planning.workload.WorkloadFormatException;
import io.heliograph.collectives.planning.workload.WorkloadKind;
import io.heliograph.emulator.experiment.ExperimentFile;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.emulator.input.InputFileException;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.rate.RateTableFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code helio plan}: says what a training job will send. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = {
            "Says what a training job sends in an iteration, or schedules it on a fabric. INPUT is a job file (YAML:"
                    + " model, degrees of parallelism, training; collectives/PLANNING.md has its keys, collectives/jobs/"
                    + " examples), a communication log of AICB, a workload of SimAI, or a folder of Chakra execution"
                    + " traces; which one it is, its content tells.",
            "",
            "Counts are those of one rank, sizes those of the whole buffer that an operation is about.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio plan --volumes collectives/jobs/gpt-13b.yaml",
            "  helio plan --volumes traces/ --json volumes.json",
            "  helio plan collectives/jobs/gpt-13b.yaml --fabric leaf-spine.yaml --rates rates.csv",
            "  helio plan collectives/jobs/gpt-small.yaml --fabric collectives/experiments/gpt-small.yaml --method lp"
                    + " --gantt gantt.svg --heatmap links.svg --workload steps.csv"
        })
public final class PlanCommand implements Callable<Integer> {
    private static final int PASSED = 0;
    private static final int FAILED = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Parameters(paramLabel = "INPUT", description = "A job file, a log, a workload, or a folder of traces.")
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private Path input;

    @Option(names = "--volumes", description = "Prints operation, group, count and bytes of an iteration.")
    private boolean volumes;

    @Option(
            names = "--fabric",
            paramLabel = "FILE",
            description = "Schedules a job on the topology of this file, an experiment of 'helio emulate'.")
    @Nullable
    private Path fabric;

    /** How rates are computed. */
    enum Method {
        /** Max-min fair in each slot, one slot after another. */
        MAX_MIN("max-min"),
        /** By linear programming, for the least iteration time. */
        LP("lp");

        private final String word;

        Method(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description =
                    "How rates are computed: max-min fair in each slot (max-min), or by linear programming for the"
                            + " least iteration time (lp) (default: ${DEFAULT-VALUE}).")
    private Method method = Method.MAX_MIN;

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

    @Option(
            names = "--headroom",
            paramLabel = "PART",
            description = "Part of each link that stays free, for acknowledgements (default: ${DEFAULT-VALUE}).")
    private double headroom = 0.02;

    @Option(
            names = "--slack",
            paramLabel = "PART",
            description =
                    "By which part slots are longer than sending takes, for endpoints that go by the clock and for"
                            + " what comes later than foreseen (default: ${DEFAULT-VALUE}).")
    private double slack = 0.05;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the same as JSON as well.")
    @Nullable
    private Path json;

    /** Made by the command line. */
    public PlanCommand() {}

    @Override
    public Integer call() {
        check();
        try {
            Optional<WorkloadKind> kind = WorkloadKind.of(input);
            if (kind.isEmpty()) {
                return plan(JobFile.read(input));
            }
            if (fabric != null) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--fabric: " + input + " is a " + kind.get().label() + "; only job files can be scheduled");
            }
            tell(banner().with("kind", kind.get().label()), kind.get().read(input));
            return PASSED;
        } catch (InputFileException | WorkloadFormatException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot read " + input + ": " + e, e);
        }
    }

    private void check() {
        if (volumes == (fabric != null)) {
            throw new ParameterException(spec.commandLine(), "say what to tell: --volumes, or --fabric FILE");
        }
        if (fabric == null) {
            checkAlone("--rates", rates);
            checkAlone("--workload", workload);
            checkAlone("--gantt", gantt);
            checkAlone("--heatmap", heatmap);
        }
        if (!(headroom >= 0 && headroom < 1)) {
            throw new ParameterException(spec.commandLine(), "--headroom: from 0 to below 1");
        }
        if (!(slack >= 0 && slack <= 10)) {
            throw new ParameterException(spec.commandLine(), "--slack: from 0 to 10");
        }
        if (!Files.exists(input)) {
            throw new ParameterException(spec.commandLine(), "there is no " + input);
        }
    }

    private void checkAlone(String option, @Nullable Path given) {
        if (given != null) {
            throw new ParameterException(spec.commandLine(), option + " needs --fabric");
        }
    }

    private int plan(Job job) {
        Banner banner = JobLines.add(banner().with("kind", "job file"), job);
        Path network = fabric;
        if (network == null) {
            tell(banner, new Iteration(job).volumes());
            return PASSED;
        }
        banner.with("fabric", network)
                .with("method", method)
                .with("headroom", headroom)
                .with("slack", slack)
                .with("rates", rates == null ? "none" : rates)
                .with("workload", workload == null ? "none" : workload)
                .with("Gantt plot", gantt == null ? "none" : gantt)
                .with("heat map", heatmap == null ? "none" : heatmap);
        try (Fabric open = ExperimentFile.readFabric(network)) {
            return schedule(banner, job, new EmulatedRoutes(open));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), input + " on " + network + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot read " + network + ": " + e, e);
        }
    }

    private int schedule(Banner banner, Job job, EmulatedRoutes routes) {
        Margins margins = new Margins(headroom, slack);
        RateSchedule schedule = method == Method.LP
                ? RateSchedule.ofLeastTime(job, routes, margins)
                : RateSchedule.of(job, routes, margins);
        RateTable table = schedule.table(routes.lineRateBitsPerSecond(), HostAddresses::ipv4);
        boolean kept = LinkCheck.isKept(table, routes, HostAddresses::ipv4);
        PrintWriter out = spec.commandLine().getOut();
        banner.print(out);
        ScheduleTable.print(out, schedule, routes);
        if (!schedule.note().isEmpty()) {
            out.println("note: " + schedule.note());
        }
        out.printf(
                "fullest link at any time: %.2f %%%s%n",
                100 * LinkCheck.fullest(table, routes, HostAddresses::ipv4), kept ? "" : ": OVERSUBSCRIBED");
        out.flush();
        write(job, routes, schedule, table);
        if (json != null) {
            RunReport report = report(banner);
            ScheduleTable.fill(report, schedule, routes);
            report.document().put("iterationNs", schedule.periodNs());
            if (!schedule.note().isEmpty()) {
                report.document().put("note", schedule.note());
            }
            report.passed(kept).write(json);
        }
        return kept ? PASSED : FAILED;
    }

    private void write(Job job, EmulatedRoutes routes, RateSchedule schedule, RateTable table) {
        if (rates != null) {
            try {
                RateTableFile.write(table, rates);
            } catch (IOException e) {
                throw new EnvironmentException("cannot write " + rates + ": " + e, e);
            }
        }
        if (workload != null) {
            try {
                StepFile.write(JobSteps.of(job, schedule), workload);
            } catch (IOException e) {
                throw new EnvironmentException("cannot write " + workload + ": " + e, e);
            }
        }
        if (gantt != null) {
            GanttPlot.of(job.name(), schedule).write(gantt);
        }
        if (heatmap != null) {
            LinkHeatMap.of(job.name(), schedule, routes, ScheduleTable.shown(schedule, routes))
                    .write(heatmap);
        }
    }

    private RunReport report(Banner banner) {
        return new RunReport(
                        spec.name(), spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
    }

    private Banner banner() {
        return new Banner("helio plan").with("input", input).with("JSON", json == null ? "none" : json);
    }

    private void tell(Banner banner, Volumes told) {
        PrintWriter out = spec.commandLine().getOut();
        banner.print(out);
        VolumeTable.print(out, told);
        if (json != null) {
            RunReport report = report(banner);
            VolumeTable.fill(report, told);
            report.passed(true).write(json);
        }
    }
}

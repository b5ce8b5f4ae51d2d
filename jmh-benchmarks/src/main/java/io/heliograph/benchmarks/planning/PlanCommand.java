package io.heliograph.benchmarks.planning;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.collectives.planning.job.Iteration;
import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.phases.BirkhoffPhases;
import io.heliograph.collectives.planning.phases.MatchingPhase;
import io.heliograph.collectives.planning.phases.TrafficMatrix;
import io.heliograph.collectives.planning.rates.Late;
import io.heliograph.collectives.planning.rates.Margins;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.collectives.planning.traffic.Volumes;
import io.heliograph.collectives.planning.workload.WorkloadFormatException;
import io.heliograph.collectives.planning.workload.WorkloadKind;
import io.heliograph.emulator.experiment.ExperimentFile;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.emulator.input.InputFileException;
import io.heliograph.transport.rate.RateTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code helio plan}: says what a training job will send, and when. */
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
            "",
            "Or parts an uneven all-to-all into phases in each of which a rank sends to one other and receives from one"
                    + " other: INPUT has a line for each sender with the bytes for each receiver, separated by commas.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio plan --volumes collectives/jobs/gpt-13b.yaml",
            "  helio plan --volumes traces/ --json volumes.json",
            "  helio plan collectives/jobs/gpt-13b.yaml --fabric leaf-spine.yaml --rates rates.csv",
            "  helio plan collectives/jobs/gpt-small.yaml --fabric collectives/experiments/gpt-small.yaml --method lp"
                    + " --gantt gantt.svg --heatmap links.svg --workload steps.csv",
            "  helio plan --phases all-to-all.csv"
        })
public final class PlanCommand implements Callable<Integer> {
    private static final int PASSED = 0;
    private static final int FAILED = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Parameters(paramLabel = "INPUT", description = "A job file, a log, a workload, a folder of traces, or a matrix.")
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private Path input;

    @Option(names = "--volumes", description = "Prints operation, group, count and bytes of an iteration.")
    private boolean volumes;

    @Option(names = "--phases", description = "Prints the phases of an all-to-all.")
    private boolean phases;

    @Option(
            names = "--short",
            paramLabel = "BYTES",
            description = "With --phases: moves what shorter phases carry into longer ones where those have the same"
                    + " pairs, which makes fewer phases and takes more time (default: ${DEFAULT-VALUE}).")
    private long shortBytes;

    @Option(
            names = "--fabric",
            paramLabel = "FILE",
            description = "Schedules a job on the topology of this file, an experiment of 'helio emulate'.")
    @Nullable
    private Path fabric;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description =
                    "How rates are computed: max-min fair in each slot (max-min), by linear programming for the least"
                            + " iteration time (lp), or by following the iteration in time, what the longest chain"
                            + " waits for first (timeline) (default: ${DEFAULT-VALUE}).")
    private PlanMethod method = PlanMethod.MAX_MIN;

    @Option(
            names = "--late",
            paramLabel = "RULE",
            description = "What --rates has for a flow outside of its slots, where only what is late comes: what the"
                    + " slots of others leave on every link (spare), nothing, it waits for the flow's next slot (wait),"
                    + " or the rate of its last slot, whatever that makes of links (keep: if many flows are late at"
                    + " once they are asked for more than they carry, and the exit code says so) (default:"
                    + " ${DEFAULT-VALUE}).")
    private Late late = Late.SPARE;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private PlanFiles files;

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
            if (phases) {
                return tellPhases();
            }
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
        if ((volumes ? 1 : 0) + (phases ? 1 : 0) + (fabric != null ? 1 : 0) != 1) {
            throw new ParameterException(spec.commandLine(), "say what to tell: --volumes, --phases, or --fabric FILE");
        }
        if (fabric == null) {
            for (String option : files.given().keySet()) {
                throw new ParameterException(spec.commandLine(), option + " needs --fabric");
            }
        }
        if (shortBytes < 0 || shortBytes > 0 && !phases) {
            throw new ParameterException(spec.commandLine(), "--short: bytes, from 0 on, with --phases");
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
                .with("late", late);
        files.show(banner);
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
        PlanMethod.Planned planned = method.plan(job, routes, margins);
        RateSchedule schedule = planned.schedule();
        RateTable table = schedule.table(late, routes.lineRateBitsPerSecond(), HostAddresses::ipv4);
        Fullness fullness = Fullness.of(schedule, table, routes);
        PrintWriter out = spec.commandLine().getOut();
        banner.print(out);
        ScheduleTable.print(out, schedule, routes);
        if (!schedule.note().isEmpty()) {
            out.println("note: " + schedule.note());
        }
        fullness.print(out);
        out.flush();
        files.write(job.name(), planned, routes, table);
        if (json != null) {
            RunReport report = report(banner);
            ScheduleTable.fill(report, schedule, routes);
            report.document().put("iterationNs", schedule.periodNs());
            if (!schedule.note().isEmpty()) {
                report.document().put("note", schedule.note());
            }
            fullness.fill(report.document());
            report.passed(fullness.isKept()).write(json);
        }
        return fullness.isKept() ? PASSED : FAILED;
    }

    private RunReport report(Banner banner) {
        return new RunReport(
                        spec.name(), spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
    }

    private Banner banner() {
        return new Banner("helio plan").with("input", input).with("JSON", json == null ? "none" : json);
    }

    private int tellPhases() throws IOException {
        TrafficMatrix matrix = MatrixFile.read(input);
        List<MatchingPhase> parted = BirkhoffPhases.withoutShort(BirkhoffPhases.of(matrix), shortBytes);
        Banner banner = banner().with("ranks", matrix.ranks()).with("short", shortBytes + " bytes");
        banner.print(spec.commandLine().getOut());
        PhaseTable.print(spec.commandLine().getOut(), matrix, parted);
        boolean whole = PhaseTable.isWhole(matrix, parted);
        if (json != null) {
            RunReport report = report(banner);
            PhaseTable.fill(report, matrix, parted);
            report.passed(whole).write(json);
        }
        return whole ? PASSED : FAILED;
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

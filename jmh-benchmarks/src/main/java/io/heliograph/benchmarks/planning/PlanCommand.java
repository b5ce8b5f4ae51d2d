package io.heliograph.benchmarks.planning;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.collectives.planning.job.Iteration;
import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.phases.BirkhoffPhases;
import io.heliograph.collectives.planning.phases.MatchingPhase;
import io.heliograph.collectives.planning.phases.TrafficMatrix;
import io.heliograph.collectives.planning.recorded.RecordedJob;
import io.heliograph.collectives.planning.traffic.Volumes;
import io.heliograph.collectives.planning.workload.WorkloadFormatException;
import io.heliograph.collectives.planning.workload.WorkloadKind;
import io.heliograph.emulator.experiment.ExperimentFile;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.input.InputFileException;
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
                    + " other: INPUT has a line for each sender with the bytes for each receiver, separated by commas;"
                    + " with --fabric these phases are scheduled, rank 0 at host 0 and so on.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio plan --volumes collectives/jobs/gpt-13b.yaml",
            "  helio plan --volumes traces/ --json volumes.json",
            "  helio plan collectives/jobs/gpt-13b.yaml --fabric leaf-spine.yaml --rates rates.csv",
            "  helio plan collectives/jobs/gpt-small.yaml --fabric collectives/experiments/gpt-small.yaml --method lp"
                    + " --gantt gantt.svg --heatmap links.svg --workload steps.csv",
            "  helio plan traces/ --fabric leaf-spine.yaml --method timeline --workload steps.csv --rates rates.csv",
            "  helio plan --phases all-to-all.csv",
            "  helio plan --phases all-to-all.csv --fabric leaf-spine.yaml --rates rates.csv --workload steps.csv"
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

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private ScheduleOptions schedule;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the same as JSON as well.")
    @Nullable
    private Path json;

    /** Made by the command line. */
    public PlanCommand() {}

    @Override
    public Integer call() {
        check();
        try {
            Optional<WorkloadKind> kind = phases ? Optional.empty() : WorkloadKind.of(input);
            if (kind.isPresent() && schedule.fabric().isPresent()) {
                return tellTraffic(kind.get());
            }
            schedule.checkNoRanks(spec);
            if (phases) {
                return tellPhases();
            }
            return kind.isPresent() ? tellTraffic(kind.get()) : tellJob(JobFile.read(input));
        } catch (InputFileException | WorkloadFormatException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot read " + input + ": " + e, e);
        }
    }

    private void check() {
        boolean isScheduled = schedule.fabric().isPresent();
        if (volumes == phases && (volumes || !isScheduled) || volumes && isScheduled) {
            throw new ParameterException(
                    spec.commandLine(),
                    "say what to tell: --volumes, --phases, or --fabric FILE (with --phases, too, if phases are to be"
                            + " scheduled)");
        }
        schedule.check(spec);
        if (shortBytes < 0 || shortBytes > 0 && !phases) {
            throw new ParameterException(spec.commandLine(), "--short: bytes, from 0 on, with --phases");
        }
        if (!Files.exists(input)) {
            throw new ParameterException(spec.commandLine(), "there is no " + input);
        }
    }

    private int tellJob(Job job) {
        Banner banner = JobLines.add(banner().with("kind", "job file"), job);
        Path network = schedule.fabric().orElse(null);
        if (network == null) {
            tell(banner, new Iteration(job).volumes());
            return PASSED;
        }
        return schedule(banner, new JobSubject(job), network) ? PASSED : FAILED;
    }

    private int tellTraffic(WorkloadKind kind) throws IOException {
        Banner banner = banner().with("kind", kind.label());
        Volumes told = kind.read(input);
        Path network = schedule.fabric().orElse(null);
        if (network == null) {
            tell(banner, told);
            return PASSED;
        }
        RecordedJob job = kind.readJob(input, schedule.ranks(), schedule.ranksPerHost());
        banner.with("ranks", job.ranks().size()).with("ranks per host", schedule.ranksPerHost());
        String name = String.valueOf(input.getFileName());
        return schedule(banner, new RecordedSubject(name, told, job), network) ? PASSED : FAILED;
    }

    /** Whether the checks of the schedule pass. */
    private boolean schedule(Banner banner, Subject subject, Path network) {
        schedule.show(banner, network);
        try (Fabric open = ExperimentFile.readFabric(network)) {
            ScheduledPlan plan = new ScheduledPlan(subject, new EmulatedRoutes(open), schedule);
            PrintWriter out = spec.commandLine().getOut();
            banner.print(out);
            plan.print(out);
            plan.write(schedule.files());
            if (json != null) {
                RunReport report = report(banner);
                plan.fill(report);
                report.passed(plan.passes()).write(json);
            }
            return plan.passes();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), input + " on " + network + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot read " + network + ": " + e, e);
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

    private int tellPhases() throws IOException {
        TrafficMatrix matrix = MatrixFile.read(input);
        List<MatchingPhase> parted = BirkhoffPhases.withoutShort(BirkhoffPhases.of(matrix), shortBytes);
        Banner banner = banner().with("ranks", matrix.ranks()).with("short", shortBytes + " bytes");
        Path network = schedule.fabric().orElse(null);
        if (network != null) {
            String name = String.valueOf(input.getFileName());
            return schedule(banner, new PhasesSubject(name, matrix, parted), network) ? PASSED : FAILED;
        }
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

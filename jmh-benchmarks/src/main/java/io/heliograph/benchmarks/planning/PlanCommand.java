package io.heliograph.benchmarks.planning;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.collectives.planning.job.Iteration;
import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.traffic.Volumes;
import io.heliograph.collectives.planning.workload.WorkloadFormatException;
import io.heliograph.collectives.planning.workload.WorkloadKind;
import io.heliograph.emulator.input.InputFileException;
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
            "Says what a training job sends in an iteration. INPUT is a job file (YAML: model, degrees of parallelism,"
                    + " training; collectives/PLANNING.md has its keys, collectives/jobs/ examples), a communication log"
                    + " of AICB, a workload of SimAI, or a folder of Chakra execution traces; which one it is, its content"
                    + " tells.",
            "",
            "Counts are those of one rank, sizes those of the whole buffer that an operation is about.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio plan --volumes collectives/jobs/gpt-13b.yaml",
            "  helio plan --volumes traces/ --json volumes.json"
        })
public final class PlanCommand implements Callable<Integer> {
    private static final int PASSED = 0;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Parameters(paramLabel = "INPUT", description = "A job file, a log, a workload, or a folder of traces.")
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private Path input;

    @Option(names = "--volumes", description = "Prints operation, group, count and bytes of an iteration.")
    private boolean volumes;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the same as JSON as well.")
    @Nullable
    private Path json;

    /** Made by the command line. */
    public PlanCommand() {}

    @Override
    public Integer call() {
        if (!volumes) {
            throw new ParameterException(spec.commandLine(), "say what to tell: --volumes");
        }
        if (!Files.exists(input)) {
            throw new ParameterException(spec.commandLine(), "there is no " + input);
        }
        try {
            Optional<WorkloadKind> kind = WorkloadKind.of(input);
            if (kind.isPresent()) {
                tell(banner().with("kind", kind.get().label()), kind.get().read(input));
            } else {
                Job job = JobFile.read(input);
                tell(JobLines.add(banner().with("kind", "job file"), job), new Iteration(job).volumes());
            }
        } catch (InputFileException | WorkloadFormatException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot read " + input + ": " + e, e);
        }
        return PASSED;
    }

    private Banner banner() {
        return new Banner("helio plan --volumes").with("input", input).with("JSON", json == null ? "none" : json);
    }

    private void tell(Banner banner, Volumes told) {
        PrintWriter out = spec.commandLine().getOut();
        banner.print(out);
        VolumeTable.print(out, told);
        if (json != null) {
            RunReport report = new RunReport(
                            spec.name(),
                            spec.root().commandLine().getParseResult().originalArgs())
                    .options(banner);
            VolumeTable.fill(report, told);
            report.passed(true).write(json);
        }
    }
}

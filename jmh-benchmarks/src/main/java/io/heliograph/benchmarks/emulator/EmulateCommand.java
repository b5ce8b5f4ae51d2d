package io.heliograph.benchmarks.emulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.benchmarks.cli.Interruption;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.emulator.experiment.Experiment;
import io.heliograph.emulator.experiment.ExperimentFile;
import io.heliograph.emulator.experiment.ModeSummary;
import io.heliograph.emulator.experiment.ResultCsv;
import io.heliograph.emulator.experiment.RunResult;
import io.heliograph.emulator.input.InputFileException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code helio emulate}: runs an experiment over the emulated fabric, and says what became of its messages. */
@Command(
        name = "emulate",
        mixinStandardHelpOptions = true,
        description = {
            "Runs an experiment, a YAML file, in virtual time: the protocol's own endpoints over an emulated network, once for each mode and seed of the file. The file is checked whole before anything runs; "
                    + "ainic-emulator/EXPERIMENTS.md says what may be in it, ainic-emulator/experiments/ has examples.",
            "",
            "The same file and seed give the same figures on every machine. The exit code is 1 if a message failed or was not over at the limit.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio emulate ainic-emulator/experiments/incast.yaml",
            "  helio emulate ainic-emulator/experiments/expert-parallel.yaml --mode table --seed 7 --json expert.json --plots plots"
        })
public final class EmulateCommand implements Callable<Integer> {
    private static final int PASSED = 0;
    private static final int FAILED = 1;
    private static final double PS_PER_US = 1e6;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The experiment.")
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private Path file;

    @Option(
            names = "--seed",
            paramLabel = "S",
            arity = "1..*",
            description = "Runs these seeds in place of the file's.")
    private List<Long> seeds = List.of();

    @Option(names = "--mode", paramLabel = "NAME", arity = "1..*", description = "Runs these modes alone.")
    private List<String> modes = List.of();

    @Option(names = "--threads", paramLabel = "T", description = "Runs at once (default: ${DEFAULT-VALUE}).")
    private int threads = 1;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    @Nullable
    private Path json;

    @Option(names = "--csv", paramLabel = "FILE", description = "Writes a line for each run as comma-separated values.")
    @Nullable
    private Path csv;

    @Option(
            names = "--plots",
            paramLabel = "DIR",
            description = "Draws flow completion times, queue depths over time and link utilisation into a directory.")
    @Nullable
    private Path plots;

    @Option(
            names = "--pcap",
            paramLabel = "DIR",
            description = "Writes what comes out of every link as pcapng, a file for each run, into a directory.")
    @Nullable
    private Path pcap;

    @Option(names = "--markdown", description = "Prints the table as Markdown, and nothing else.")
    private boolean markdown;

    /** Made by the command line. */
    public EmulateCommand() {}

    @Override
    public Integer call() {
        Experiment experiment = read();
        check(experiment);
        List<String> chosen = modes.isEmpty() ? experiment.modes() : modes;
        List<Long> given = seeds.isEmpty() ? experiment.seeds() : seeds;
        Banner banner = banner(experiment, chosen, given);
        if (!markdown) {
            banner.print(out());
        }
        makeDirectories();
        RunReport report = new RunReport(
                        spec.name(), spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
        // Closed last: Ctrl-C waits until what was done is printed and written.
        try (Interruption _ = Interruption.ofThisThread()) {
            EmulatedRuns runs = new EmulatedRuns(experiment, chosen, given, plots != null, pcap);
            boolean whole = runs.run(threads);
            // Interrupted or not, the files are to be written.
            Thread.interrupted();
            List<RunResult> results = runs.results();
            boolean passed = whole && results.stream().allMatch(each -> each.failed() + each.unfinished() == 0);
            print(runs, results, whole);
            write(report, runs, results, passed);
            return passed ? PASSED : FAILED;
        }
    }

    private Experiment read() {
        try {
            return ExperimentFile.read(file);
        } catch (InputFileException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot read " + file + ": " + e, e);
        }
    }

    private void check(Experiment experiment) {
        if (threads < 1) {
            throw new ParameterException(spec.commandLine(), "--threads: at least one");
        }
        for (String mode : modes) {
            if (!experiment.modes().contains(mode)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--mode: " + file + " has no mode " + mode + "; it has "
                                + String.join(", ", experiment.modes()));
            }
        }
        if (new HashSet<>(modes).size() < modes.size() || new HashSet<>(seeds).size() < seeds.size()) {
            throw new ParameterException(spec.commandLine(), "a mode or a seed is given twice");
        }
    }

    private Banner banner(Experiment experiment, List<String> chosen, List<Long> given) {
        return new Banner("helio emulate: " + experiment.name())
                .with("about", experiment.about())
                .with("hosts", experiment.hosts())
                .with("modes", String.join(", ", chosen))
                .with("seeds", given)
                .with("limit", experiment.limitPs() / PS_PER_US + " us of virtual time")
                .with("threads", threads)
                .with("JSON", json == null ? "none" : json)
                .with("CSV", csv == null ? "none" : csv)
                .with("plots", plots == null ? "none" : plots)
                .with("captures", pcap == null ? "none" : pcap)
                .with("processor", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu());
    }

    private void makeDirectories() {
        for (@Nullable Path directory : new @Nullable Path[] {plots, pcap}) {
            if (directory != null) {
                try {
                    Files.createDirectories(directory);
                } catch (IOException e) {
                    throw new EnvironmentException("cannot make the directory " + directory + ": " + e, e);
                }
            }
        }
    }

    private void print(EmulatedRuns runs, List<RunResult> results, boolean whole) {
        PrintWriter out = out();
        List<ModeSummary> summaries = ModeSummary.of(results);
        if (markdown) {
            out.print(SummaryTable.markdown(summaries));
            out.flush();
            return;
        }
        SummaryTable.print(out, summaries);
        for (RunResult each : results) {
            each.congestion()
                    .dropped()
                    .forEach((reason, count) -> out.println(each.mode() + ", seed " + each.seed() + ": " + count
                            + " frames dropped: " + reason.meaning()));
        }
        if (!whole) {
            out.println("interrupted: " + results.size() + " of " + runs.count() + " runs are whole");
        }
        out.println(runs.effort());
        out.flush();
    }

    private void write(RunReport report, EmulatedRuns runs, List<RunResult> results, boolean passed) {
        if (csv != null) {
            try {
                Files.writeString(csv, ResultCsv.text(results));
            } catch (IOException e) {
                throw new EnvironmentException("cannot write " + csv + ": " + e, e);
            }
        }
        if (json != null) {
            for (RunResult each : results) {
                ObjectNode row = report.addResult();
                ResultJson.fill(row, each);
                row.put("wallSeconds", runs.wallSeconds(each));
            }
            report.passed(passed).write(json);
        }
        if (plots != null && !results.isEmpty()) {
            new Plots(plots, file).draw(ModeSummary.of(results));
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

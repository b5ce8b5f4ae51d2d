package io.heliograph.benchmarks.offload;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.offload.digits.DigitTraining;
import io.heliograph.offload.model.NetworkFile;
import io.heliograph.offload.modelfile.ModelFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio train-digits}: how the shipped model is made. */
@Command(
        name = "train-digits",
        mixinStandardHelpOptions = true,
        description = {
            "Draws digits, trains a network on them, and writes it as a model file.",
            "",
            "Without options this makes the model that is shipped, byte for byte. Digits are drawn from strokes with distortions, all from the seed; no data and no fonts are needed. They are quantised with LIGHTNING's scheme.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio train-digits --hidden 300,100 --out digits.hgm && helio infer --local --model digits.hgm --digits 1000"
        })
public final class TrainDigitsCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Of images, first weights and order (default: ${DEFAULT-VALUE}).")
    private long seed = DigitTraining.DEFAULT.seed();

    @Option(names = "--images", paramLabel = "N", description = "To learn from (default: ${DEFAULT-VALUE}).")
    private int images = DigitTraining.DEFAULT.images();

    @Option(names = "--epochs", paramLabel = "N", description = "Through all images (default: ${DEFAULT-VALUE}).")
    private int epochs = DigitTraining.DEFAULT.epochs();

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "Learning rate of the first epoch; it falls to a twentieth (default: ${DEFAULT-VALUE}).")
    private double rate = DigitTraining.DEFAULT.rate();

    @Option(
            names = "--hidden",
            paramLabel = "N",
            split = ",",
            description = "Neurons of the layers between (default: those of the shipped model).")
    private List<Integer> hidden = DigitTraining.DEFAULT.hidden();

    @Option(names = "--tested", paramLabel = "N", description = "Images that are held out (default: ${DEFAULT-VALUE}).")
    private int tested = 10_000;

    @Option(names = "--out", paramLabel = "FILE", description = "Writes the model.")
    @Nullable
    private Path file;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    @Nullable
    private Path json;

    /** Made by the command line. */
    public TrainDigitsCommand() {}

    @Override
    public Integer call() {
        DigitTraining training = training();
        Banner banner = new Banner("helio train-digits: a network from digits that a seed draws")
                .with("seed", seed)
                .with("images", images)
                .with("epochs", epochs)
                .with("rate", rate)
                .with("hidden", hidden)
                .with("held out", tested)
                .with("model file", file == null ? "none" : file)
                .with("JSON", json == null ? "none" : json);
        banner.print(out());
        RunReport report = new RunReport(
                        spec.name(), spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
        try (Arena arena = Arena.ofConfined()) {
            PrintWriter err = spec.commandLine().getErr();
            DigitTraining.Outcome outcome = training.run(
                    tested,
                    epoch -> err.println(
                            "epoch " + epoch.number() + ": " + epoch.floatRight() + " of " + tested + " right"),
                    arena);
            byte[] bytes = NetworkFile.write(outcome.network());
            boolean shipped = Arrays.equals(bytes, ModelFile.builtInBytes());
            if (file != null) {
                Files.write(file, bytes);
            }
            print(outcome, bytes.length, shipped);
            report.addResult()
                    .put("model", outcome.network().name())
                    .put("bytes", bytes.length)
                    .put("tested", outcome.tested())
                    .put("floatRight", outcome.floatRight())
                    .put("integerRight", outcome.integerRight())
                    .put("sameAsShipped", shipped);
            boolean passed = !training.equals(DigitTraining.DEFAULT) || shipped;
            if (json != null) {
                report.passed(passed).write(json);
            }
            if (!passed) {
                err.println("helio: the shipped model is not what this training makes");
            }
            return passed ? 0 : 1;
        } catch (IOException e) {
            throw new EnvironmentException("cannot write the model: " + e.getMessage(), e);
        }
    }

    private DigitTraining training() {
        if (tested < 1) {
            throw new ParameterException(spec.commandLine(), "--tested must be above 0");
        }
        try {
            return new DigitTraining(seed, images, epochs, rate, hidden);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void print(DigitTraining.Outcome outcome, int bytes, boolean shipped) {
        Table table = new Table(
                out(),
                new Column("model", "%s", -20),
                new Column("#bytes", "%d", 8),
                new Column("held out", "%d", 9),
                new Column("float[%]", "%.2f", 9),
                new Column("integers[%]", "%.2f", 11),
                new Column("shipped", "%s", 8));
        table.printTitles();
        table.printRow(
                outcome.network().name(),
                bytes,
                outcome.tested(),
                outcome.floatRight() * 100.0 / outcome.tested(),
                outcome.integerRight() * 100.0 / outcome.tested(),
                shipped ? "same" : "other");
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

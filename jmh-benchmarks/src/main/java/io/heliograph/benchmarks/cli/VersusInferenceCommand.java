package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.inference.InferenceContest;
import io.heliograph.benchmarks.inference.InferenceContest.Score;
import io.heliograph.benchmarks.offload.ModelSource;
import io.heliograph.benchmarks.offload.RandomImages;
import io.heliograph.benchmarks.offload.WavelengthsOption;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.offload.fast.FastNetwork;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.QuantizedNetwork;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio versus-inference}: the same network and images by our fast mode and by ONNX Runtime, in turns. */
@Command(
        name = "versus-inference",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Classifies the same images, one at a time on one thread, by the fast mode (vectors), by the integers computed straight, and by ONNX"
                    + " Runtime on the CPU in float and int8, in turns.",
            "",
            "Inferences per second are of processor time, so that other work on the machine does not count. 'scripts/compare-inference' adds"
                    + " LIGHTNING's Python emulation.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio versus-inference --model lenet --idx-images t10k-images.gz \\",
            "      --idx-labels t10k-labels.gz"
        })
final class VersusInferenceCommand implements Callable<Integer> {

    private static final int CHANCE_IMAGES = 1_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "The network: " + ModelSource.FORMS + " (default: ${DEFAULT-VALUE}).")
    private String model = "random:784-300-100-10";

    @Mixin
    private WavelengthsOption wavelengthsOption = new WavelengthsOption();

    @Option(
            names = "--idx-images",
            paramLabel = "FILE",
            description = "Images as IDX (default: 1,000 of chance, half of whose pixels are 0).")
    @Nullable
    private Path images;

    @Option(names = "--idx-labels", paramLabel = "FILE", description = "Their labels, for the accuracy.")
    @Nullable
    private Path labels;

    @Option(names = "--count", paramLabel = "N", description = "The first N images only.")
    @Nullable
    private Integer count;

    @Option(names = "--rounds", paramLabel = "N", description = "Turns of each (default: ${DEFAULT-VALUE}).")
    private int rounds = 7;

    @Option(
            names = {"-D", "--duration"},
            paramLabel = "SECONDS",
            description = "Processor time of each in a round (default: ${DEFAULT-VALUE}).")
    private double seconds = 0.5;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    @Nullable
    private Path json;

    @Override
    public Integer call() throws Exception {
        check(rounds >= 1 && seconds > 0, "--rounds and --duration must be above 0");
        check(labels == null || images != null, "--idx-labels belong to --idx-images");
        check(count == null || count > 0, "--count must be above 0");
        int wavelengths = wavelengthsOption.count();
        ModelSource source = source();
        try (Interruption _ = Interruption.ofThisThread();
                Arena arena = Arena.ofConfined()) {
            QuantizedNetwork network = source.load(arena);
            check(!network.pools(), "the others' networks are dense: give a model that does not pool");
            ImageSet set = read(network.inputs(), arena);
            check(
                    set.imageBytes() == network.inputs(),
                    "the images have " + set.imageBytes() + " pixels, the model has " + network.inputs() + " inputs");
            int used = Math.min(set.count(), count == null ? set.count() : count);
            Banner banner = new Banner("helio versus-inference: batch 1, one thread")
                    .with("model", source)
                    .with("multiplications", network.multiplications())
                    .with("wavelengths", wavelengths + (wavelengths == 1 ? "" : " (ours; the others' have none)"))
                    .with("images", used + (images == null ? " of chance" : " of " + images))
                    .with("rounds", rounds)
                    .with("round [s]", seconds + " of processor time")
                    .with("vectors", FastNetwork.lanes() + " lanes of 16 bits")
                    .with("JSON", json == null ? "none" : json)
                    .with("processor", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu());
            banner.print(spec.commandLine().getOut());
            List<Score> scores = InferenceContest.run(network, wavelengths, set, used, rounds, seconds, this::say);
            print(scores, set.isLabelled());
            if (json != null) {
                report(banner, scores, set.isLabelled()).passed(true).write(json);
            }
            return Helio.PASSED;
        } catch (IOException e) {
            throw new EnvironmentException("cannot read: " + e.getMessage() + "; check the files that you named", e);
        }
    }

    private ModelSource source() {
        try {
            return ModelSource.parse(model);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--model: " + e.getMessage(), e);
        }
    }

    private ImageSet read(int inputs, Arena arena) throws IOException {
        if (images == null) {
            return RandomImages.make(CHANCE_IMAGES, inputs, 1, arena);
        }
        ImageSet set = ImageSet.readIdx(images, arena);
        return labels == null ? set : set.withIdxLabels(labels, arena);
    }

    private void print(List<Score> scores, boolean labelled) {
        Table table = new Table(
                spec.commandLine().getOut(),
                new Column("by", "%s", -22),
                new Column("best[1/s]", "%.0f", 10),
                new Column("median[1/s]", "%.0f", 11),
                new Column("median[usec]", "%.2f", 12),
                new Column("ours/theirs", "%.2f", 11),
                new Column("accuracy[%]", "%.2f", 11));
        table.printTitles();
        for (Score score : scores) {
            table.printRow(
                    score.name(),
                    score.bestPerSecond(),
                    score.medianPerSecond(),
                    1e6 / score.medianPerSecond(),
                    scores.getFirst().medianPerSecond() / score.medianPerSecond(),
                    labelled ? (Object) (score.right() * 100.0 / score.images()) : "-");
        }
    }

    private RunReport report(Banner banner, List<Score> scores, boolean labelled) {
        RunReport report = new RunReport(
                        spec.name(), spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
        for (Score score : scores) {
            var row = report.addResult()
                    .put("by", score.name())
                    .put("bestPerProcessorSecond", score.bestPerSecond())
                    .put("medianPerProcessorSecond", score.medianPerSecond())
                    .put("oursToTheirs", scores.getFirst().medianPerSecond() / score.medianPerSecond());
            if (labelled) {
                row.put("accuracyPercent", score.right() * 100.0 / score.images());
            }
        }
        return report;
    }

    private void say(String what) {
        spec.commandLine().getErr().println("helio: " + what);
        spec.commandLine().getErr().flush();
    }

    private void check(boolean sensible, String otherwise) {
        if (!sensible) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}

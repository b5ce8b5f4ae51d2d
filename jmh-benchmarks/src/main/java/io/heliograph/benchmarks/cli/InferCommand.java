package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.offload.GraphRun;
import io.heliograph.benchmarks.offload.LocalInference;
import io.heliograph.benchmarks.offload.ModelOptions;
import io.heliograph.benchmarks.offload.RandomImages;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.offload.digits.DigitTraining;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.modelfile.Model;
import io.heliograph.offload.noise.NoiseModel;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio infer}: images through an emulated photonic datapath, of a server that is asked by packets or on this machine alone. */
@Command(
        name = "infer",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Classifies images with a network that runs on an emulated photonic device.",
            "",
            "With --to it asks a 'helio serve-inference', each image a packet, and measures; with --rate queries have due times, from which"
                    + " latency runs. Given --check-by it holds every answer against the integer semantics. With --port memory both ends"
                    + " are in this process.",
            "",
            "With --local there are no packets. With --exact every cycle of every image goes through the datapath, and sums and cycles are those of LIGHTNING's RTL. Without it the same integers are computed"
                    + " straight, with noise if you want it, and the cycles are those of one query, for they do not depend on the data.",
            "",
            "Emulated time (cycles of the device) and wall time (of this software) are told apart.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio infer --to 198.18.0.1 --rate 20000 --digits 1000 --check-by digits",
            "  helio infer --port memory --check-by random:784-300-100-10 --random-images 99",
            "  helio infer --local --digits 1000",
            "  helio infer --local --exact --lightning-weights lenet \\",
            "      --idx-images t10k-images.gz --csv sums.csv",
            "  helio infer --local --noise product --sigma 3.3 --seed 7 --lightning-weights lenet \\",
            "      --idx-images t10k-images.gz --idx-labels t10k-labels.gz"
        })
final class InferCommand implements Callable<Integer> {

    private static final List<String> ONLY_LOCAL = List.of(
            "--model",
            "--lightning-weights",
            "--scale-per-layer",
            "--sum-bits",
            "--stepped",
            "--noise",
            "--sigma",
            "--photons",
            "--csv");

    private static final double NS_PER_SECOND = 1e9;
    private static final double NS_PER_US = 1e3;

    /** Where noise enters. */
    enum Noise {
        NONE,
        OUTPUT,
        PRODUCT,
        RECEIVER
    }

    /** One of them. */
    private static final class Images {
        @Option(
                names = "--idx-images",
                paramLabel = "FILE",
                required = true,
                description = "Images as IDX, as MNIST has them; may be compressed by gzip.")
        @Nullable
        private Path idx;

        @Option(
                names = "--csv-images",
                paramLabel = "FILE",
                required = true,
                description = "Images as CSV: pixels row by row, then the label; may be compressed by gzip.")
        @Nullable
        private Path csv;

        @Option(
                names = "--random-images",
                paramLabel = "N",
                required = true,
                description =
                        "N images of chance, by --seed, half of whose pixels are 0; as large as the model wants them.")
        @Nullable
        private Integer random;

        @Option(
                names = "--digits",
                paramLabel = "N",
                required = true,
                description = "N digits that --seed draws, with labels; the shipped model has not seen them.")
        @Nullable
        private Integer digits;
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(names = "--local", description = "On this machine alone, without packets.")
    private boolean local;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private ModelOptions models;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private Images images;

    @Option(names = "--idx-labels", paramLabel = "FILE", description = "Labels of the IDX images, for the accuracy.")
    @Nullable
    private Path labels;

    @Option(
            names = "--csv-largest",
            paramLabel = "VALUE",
            description = "What is white in the CSV images (default: ${DEFAULT-VALUE}).")
    private int largest = 255;

    @Option(names = "--count", paramLabel = "N", description = "The first N images only.")
    @Nullable
    private Integer count;

    @Option(names = "--exact", description = "Steps every cycle of every image, here or at the server; takes no noise.")
    private boolean exact;

    @Option(
            names = "--stepped",
            description = "Steps every cycle of every image, with product or receiver noise in the device.")
    private boolean stepped;

    @Option(
            names = "--noise",
            paramLabel = "WHERE",
            description = "Where noise enters: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Noise noise = Noise.NONE;

    @Option(
            names = "--sigma",
            paramLabel = "S",
            description = "Standard deviation of output and product noise, of 255 (default: LIGHTNING's 1.657).")
    @Nullable
    private Double sigma;

    @Option(
            names = "--photons",
            paramLabel = "N",
            description = "Of a product of full scale, for receiver noise (default: NETCAST's 312, 40 aJ).")
    @Nullable
    private Double photons;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Of the noise, of --digits and of images of chance (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "Writes a row an image: image,class,s0,...,overall,compute,datapath.")
    @Nullable
    private Path csv;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    @Nullable
    private Path json;

    @Mixin
    private PacketInferOptions packets = new PacketInferOptions();

    /** What a run found; cycles and time are of the last query that was answered. */
    private record Tally(
            int images, int unanswered, int right, long overall, long compute, double emulatedUs, double wallSeconds) {}

    @Override
    public Integer call() throws Exception {
        NoiseModel model = checkOptions();
        try (Arena arena = Arena.ofShared()) {
            if (!local) {
                return packets.run(spec, arena, inputs -> readImages(inputs, arena), count, exact, json);
            }
            Model loaded = models.load(arena);
            ImageSet set = readImages(loaded.inputs(), arena);
            int total = count == null ? set.count() : count;
            Banner banner = banner(loaded, set, total, model);
            banner.print(out());
            RunReport report = new RunReport(
                            spec.name(),
                            spec.root().commandLine().getParseResult().originalArgs())
                    .options(banner);
            if (loaded instanceof Model.Graph graph) {
                check(
                        !exact && !stepped && noise == Noise.NONE,
                        "no datapath runs this model, so leave out --exact, --stepped and --noise: "
                                + graph.obstacle());
                GraphRun.run(out(), graph, set, total, csv, report);
                if (json != null) {
                    report.passed(true).write(json);
                }
                return Helio.PASSED;
            }
            QuantizedNetwork network = ((Model.Chain) loaded).network();
            try (LocalInference inference = new LocalInference(network, model, seed, exact || stepped)) {
                Tally tally = run(inference, network, set, total);
                print(tally, set.isLabelled());
                add(report, tally, set.isLabelled());
                boolean passed = tally.unanswered() == 0;
                if (json != null) {
                    report.passed(passed).write(json);
                }
                if (!passed) {
                    spec.commandLine()
                            .getErr()
                            .println("helio: no answer for " + tally.unanswered()
                                    + " images (class -1): noise hides their preamble");
                }
                return passed ? Helio.PASSED : Helio.FAILED;
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new EnvironmentException(
                    "no such file or directory: " + e.getMessage() + "; name one that exists", e);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "cannot read or write: " + e.getMessage() + "; check the files that you named", e);
        }
    }

    private NoiseModel checkOptions() {
        for (String option : local ? PacketInferOptions.NAMES : ONLY_LOCAL) {
            check(
                    !spec.commandLine().getParseResult().hasMatchedOption(option),
                    option + (local ? " is for packets: leave out --local" : " is for --local"));
        }
        check(images.random == null || images.random > 0, "--random-images must be above 0");
        check(!(exact && noise != Noise.NONE), "--exact takes no noise; --stepped does");
        check(!(exact && stepped), "--exact or --stepped");
        check(!(stepped && noise == Noise.OUTPUT), "noise per layer output is not the device's: leave out --stepped");
        check(count == null || count > 0, "--count must be above 0");
        check(images.digits == null || images.digits > 0, "--digits must be above 0");
        check(largest > 0, "--csv-largest must be above 0");
        check(labels == null || images.idx != null, "--idx-labels belong to --idx-images");
        boolean gaussian = noise == Noise.OUTPUT || noise == Noise.PRODUCT;
        check(sigma == null || gaussian, "--sigma belongs to --noise output or product");
        check(photons == null || noise == Noise.RECEIVER, "--photons belongs to --noise receiver");
        double deviation = sigma == null ? NoiseModel.LIGHTNING_SIGMA : sigma;
        NoiseModel.Receiver netcast = NoiseModel.Receiver.NETCAST;
        try {
            return switch (noise) {
                case NONE -> new NoiseModel.None();
                case OUTPUT -> new NoiseModel.Output(deviation);
                case PRODUCT -> new NoiseModel.Product(deviation);
                case RECEIVER ->
                    new NoiseModel.Receiver(
                            photons == null ? netcast.photonsPerMac() : photons,
                            netcast.capacitanceFarads(),
                            netcast.temperatureKelvin());
            };
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private ImageSet readImages(int inputs, Arena arena) throws IOException {
        ImageSet set = readImages(inputs, images, arena);
        check(
                set.imageBytes() == inputs,
                "the images have " + set.imageBytes() + " pixels, the model has " + inputs + " inputs");
        check(count == null || count <= set.count(), "there are " + set.count() + " images");
        return set;
    }

    private ImageSet readImages(int inputs, Images which, Arena arena) throws IOException {
        if (which.digits != null) {
            return DigitTraining.heldOut(which.digits, seed, arena);
        }
        if (which.csv != null) {
            return ImageSet.readCsv(which.csv, largest, arena);
        }
        if (which.random != null) {
            return RandomImages.make(which.random, inputs, seed, arena);
        }
        if (which.idx == null) {
            throw new IllegalStateException("no images");
        }
        ImageSet set = ImageSet.readIdx(which.idx, arena);
        return labels == null ? set : set.withIdxLabels(labels, arena);
    }

    private Banner banner(Model loaded, ImageSet set, int total, NoiseModel model) {
        return new Banner("helio infer: images through an emulated photonic datapath")
                .with("model", loaded.name() + " (" + models.describe() + ")")
                .with("scale", scale(loaded))
                .with("images", total)
                .with("labels", set.isLabelled() ? "yes" : "no")
                .with("stepped", steps(loaded))
                .with("noise", model instanceof NoiseModel.None ? "none" : model)
                .with("seed", model instanceof NoiseModel.None && images.digits == null ? "none" : seed)
                .with("CSV", csv == null ? "none" : csv)
                .with("JSON", json == null ? "none" : json)
                .with("processor", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu());
    }

    private String steps(Model loaded) {
        if (loaded instanceof Model.Graph) {
            return "nothing: no datapath runs this model";
        }
        return exact || stepped ? "every cycle of every image" : "one query, for the cycles";
    }

    private static String scale(Model loaded) {
        return loaded instanceof Model.Chain chain
                ? String.format(Locale.ROOT, "%.6f", chain.network().scale())
                : "see helio model";
    }

    private Tally run(LocalInference inference, QuantizedNetwork network, ImageSet set, int total) throws IOException {
        AtomicLong done = new AtomicLong();
        int right = 0;
        int unanswered = 0;
        long overall = 0;
        long compute = 0;
        double emulatedUs = 0;
        long startNs = System.nanoTime();
        try (Writer rows = csv == null ? Writer.nullWriter() : open(csv);
                ScheduleProgress _ = ScheduleProgress.ifTerminal("images", (long) total, done::get)) {
            StringBuilder row = new StringBuilder("image,class");
            for (int output = 0; output < network.outputs(); output++) {
                row.append(",s").append(output);
            }
            rows.append(row.append(",overall,compute,datapath\n"));
            for (int image = 0; image < total; image++) {
                int answer = inference.infer(set.image(image));
                row.setLength(0);
                row.append(image);
                if (answer < 0) {
                    unanswered++;
                    row.append(",-1").append(",".repeat(network.outputs() + 3));
                } else {
                    right += set.isLabelled() && answer == set.label(image) ? 1 : 0;
                    overall = inference.overallCycles();
                    compute = inference.computeCycles();
                    row.append(',').append(answer);
                    for (int output = 0; output < network.outputs(); output++) {
                        row.append(',').append(inference.sum(output));
                    }
                    row.append(',')
                            .append(overall)
                            .append(',')
                            .append(compute)
                            .append(',')
                            .append(overall - compute);
                }
                rows.append(row.append('\n'));
                done.lazySet(image + 1L);
            }
        }
        double wallSeconds = (System.nanoTime() - startNs) / NS_PER_SECOND;
        if (unanswered < total) {
            emulatedUs = inference.timeOf(overall).nanoseconds() / NS_PER_US;
        }
        return new Tally(total, unanswered, right, overall, compute, emulatedUs, wallSeconds);
    }

    private static BufferedWriter open(Path file) throws IOException {
        return Files.newBufferedWriter(file, StandardCharsets.US_ASCII);
    }

    private void print(Tally tally, boolean labelled) {
        Table emulated = new Table(
                out(),
                new Column("images", "%d", 8),
                new Column("right", "%d", 8),
                new Column("accuracy[%]", "%.2f", 12),
                new Column("overall", "%d", 9),
                new Column("compute", "%d", 9),
                new Column("datapath", "%d", 9),
                new Column("emulated[us]", "%.3f", 13));
        out().println("emulated time, cycles of a query");
        emulated.printTitles();
        emulated.printRow(
                tally.images(),
                labelled ? tally.right() : "-",
                labelled ? (Object) (tally.right() * 100.0 / tally.images()) : "-",
                tally.overall(),
                tally.compute(),
                tally.overall() - tally.compute(),
                tally.emulatedUs());
        out().println();
        out().println("wall time, of this software on one thread");
        Table wall = new Table(
                out(),
                new Column("wall[s]", "%.2f", 8),
                new Column("images/s", "%.1f", 10),
                new Column("stepped cycles/s", "%.0f", 18));
        wall.printTitles();
        wall.printRow(
                tally.wallSeconds(),
                tally.images() / tally.wallSeconds(),
                exact || stepped ? (Object) (tally.images() * (double) tally.overall() / tally.wallSeconds()) : "-");
    }

    private void add(RunReport report, Tally tally, boolean labelled) {
        var row = report.addResult()
                .put("images", tally.images())
                .put("unanswered", tally.unanswered())
                .put("emulatedOverallCycles", tally.overall())
                .put("emulatedComputeCycles", tally.compute())
                .put("emulatedDatapathCycles", tally.overall() - tally.compute())
                .put("emulatedMicrosecondsPerQuery", tally.emulatedUs())
                .put("wallSeconds", tally.wallSeconds())
                .put("imagesPerWallSecond", tally.images() / tally.wallSeconds());
        if (labelled) {
            row.put("right", tally.right()).put("accuracyPercent", tally.right() * 100.0 / tally.images());
        }
        if (exact || stepped) {
            row.put("steppedCyclesPerWallSecond", tally.images() * (double) tally.overall() / tally.wallSeconds());
        }
    }

    private void check(boolean sensible, String otherwise) {
        if (!sensible) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

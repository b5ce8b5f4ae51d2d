package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.offload.DeviceOption;
import io.heliograph.benchmarks.offload.GraphRun;
import io.heliograph.benchmarks.offload.LocalInference;
import io.heliograph.benchmarks.offload.ModelOptions;
import io.heliograph.benchmarks.offload.WavelengthsOption;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.offload.energy.DeviceDescription;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.modelfile.Model;
import io.heliograph.offload.noise.NoiseModel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
            "With --to it asks a 'helio serve-inference', each image a packet, and measures; with --rate queries have"
                    + " due times, from which latency runs. Given --check-by it holds every answer against the integer"
                    + " semantics. With --port memory both ends are in this process.",
            "",
            "With --local there are no packets. With --exact every cycle of every image goes through the datapath, and"
                    + " sums and cycles are those of LIGHTNING's RTL. Without it the same integers are computed straight,"
                    + " with noise if you want it, and the cycles are those of one query, for they do not depend on the"
                    + " data.",
            "",
            "Emulated time (cycles of the device) and wall time (of this software) are told apart. The energy is the"
                    + " device's, of a query, by its description (helio energy).",
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

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(names = "--local", description = "On this machine alone, without packets.")
    private boolean local;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private ModelOptions models;

    @Mixin
    private InferImages images = new InferImages();

    @Option(names = "--exact", description = "Steps every cycle of every image, here or at the server; takes no noise.")
    private boolean exact;

    @Option(
            names = "--stepped",
            description = "Steps every cycle of every image, with product or receiver noise in the device.")
    private boolean stepped;

    @Mixin
    private WavelengthsOption wavelengthsOption = new WavelengthsOption();

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

    @Mixin
    private DeviceOption device = new DeviceOption();

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

    @Override
    public Integer call() throws Exception {
        int wavelengths = wavelengthsOption.count();
        NoiseModel model = checkOptions(wavelengths);
        try (Arena arena = Arena.ofShared()) {
            if (!local) {
                return packets.run(
                        spec,
                        arena,
                        inputs -> images.read(spec, inputs, seed, arena),
                        images.count(),
                        exact,
                        device,
                        wavelengths,
                        json);
            }
            Model loaded = models.load(arena);
            DeviceDescription described = device.load();
            ImageSet set = images.read(spec, loaded.inputs(), seed, arena);
            int total = images.used(set);
            Banner banner = banner(loaded, described, set, total, wavelengths, model);
            banner.print(spec.commandLine().getOut());
            RunReport report = new RunReport(
                            spec.name(),
                            spec.root().commandLine().getParseResult().originalArgs())
                    .options(banner);
            int code = switch (loaded) {
                case Model.Graph graph -> {
                    check(
                            !exact && !stepped && noise == Noise.NONE && wavelengths == 1,
                            "no datapath runs this model, so leave out --exact, --stepped, --noise and --wavelengths: "
                                    + graph.obstacle());
                    GraphRun.run(spec.commandLine().getOut(), graph, described, set, total, csv, report);
                    yield Helio.PASSED;
                }
                case Model.Chain(QuantizedNetwork network) -> {
                    try (LocalInference inference =
                            new LocalInference(network, wavelengths, model, seed, exact || stepped)) {
                        yield new LocalInferRun(spec, inference, network, described, set, total, exact || stepped, csv)
                                .run(report);
                    }
                }
            };
            if (json != null) {
                report.passed(code == Helio.PASSED).write(json);
            }
            return code;
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new EnvironmentException(
                    "no such file or directory: " + e.getMessage() + "; name one that exists", e);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "cannot read or write: " + e.getMessage() + "; check the files that you named", e);
        }
    }

    private NoiseModel checkOptions(int wavelengths) {
        for (String option : local ? PacketInferOptions.NAMES : ONLY_LOCAL) {
            check(
                    !spec.commandLine().getParseResult().hasMatchedOption(option),
                    option + (local ? " is for packets: leave out --local" : " is for --local"));
        }
        check(!(exact && noise != Noise.NONE), "--exact takes no noise; --stepped does");
        check(!(exact && stepped), "--exact or --stepped");
        check(!(stepped && noise == Noise.OUTPUT), "noise per layer output is not the device's: leave out --stepped");
        check(
                wavelengths == 1 || noise == Noise.NONE || stepped,
                "noise on several wavelengths is the device's: give --stepped");
        images.check(spec);
        noise.check(spec, sigma, photons);
        return noise.model(spec, sigma, photons);
    }

    private Banner banner(
            Model loaded, DeviceDescription described, ImageSet set, int total, int wavelengths, NoiseModel model) {
        return new Banner("helio infer: images through an emulated photonic datapath")
                .with("model", loaded.name() + " (" + models.describe() + ")")
                .with("scale", scale(loaded))
                .with("device", described.name())
                .with("images", total)
                .with("labels", set.isLabelled() ? "yes" : "no")
                .with("stepped", steps(loaded))
                .with("wavelengths", wavelengths)
                .with("noise", model instanceof NoiseModel.None ? "none" : model)
                .with("seed", model instanceof NoiseModel.None && !images.useSeed() ? "none" : seed)
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

    private void check(boolean sensible, String otherwise) {
        if (!sensible) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}

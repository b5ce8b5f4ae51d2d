package io.heliograph.benchmarks.cli;

import io.heliograph.offload.noise.NoiseModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio optcam}: ternary rules on the photonic core; the work is in its subcommands. */
@Command(
        name = "optcam",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {OptcamClassifyCommand.class, OptcamSweepCommand.class},
        description = {
            "Ternary matching on an emulated photonic device: packets by rules, and how much noise it stands.",
            ""
        })
final class OptcamCommand implements Runnable {

    /** Where noise enters. */
    enum Noise {
        NONE,
        OUTPUT,
        PRODUCT,
        RECEIVER;

        /** The model with the amount that belongs to it. */
        NoiseModel model(double sigma, double photons) {
            NoiseModel.Receiver netcast = NoiseModel.Receiver.NETCAST;
            return switch (this) {
                case NONE -> new NoiseModel.None();
                case OUTPUT -> new NoiseModel.Output(sigma);
                case PRODUCT -> new NoiseModel.Product(sigma);
                case RECEIVER ->
                    new NoiseModel.Receiver(photons, netcast.capacitanceFarads(), netcast.temperatureKelvin());
            };
        }

        /** Refuses amounts that are not this noise's. */
        void check(CommandSpec spec, @Nullable Object sigma, @Nullable Object photons) {
            boolean gaussian = this == OUTPUT || this == PRODUCT;
            if (sigma != null && !gaussian || photons != null && this != RECEIVER) {
                throw new ParameterException(
                        spec.commandLine(), "--sigma belongs to noise output or product, --photons to receiver");
            }
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: classify or sweep");
    }
}

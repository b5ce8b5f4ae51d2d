package io.heliograph.benchmarks.cli;

import io.heliograph.offload.noise.NoiseModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Where noise enters a photonic core, as {@code --noise} says it; the amount is {@code --sigma} or {@code --photons}. */
enum Noise {
    /** Nowhere. */
    NONE,
    /** Each output of a layer. */
    OUTPUT,
    /** Each product. */
    PRODUCT,
    /** Each readout of the detector. */
    RECEIVER;

    /**
     * The model with the amount that belongs to it.
     *
     * @param sigma of output and product noise, of 255
     * @param photons of a product of full scale, for receiver noise
     * @throws IllegalArgumentException if that amount makes no sense
     */
    NoiseModel model(double sigma, double photons) {
        NoiseModel.Receiver netcast = NoiseModel.Receiver.NETCAST;
        return switch (this) {
            case NONE -> new NoiseModel.None();
            case OUTPUT -> new NoiseModel.Output(sigma);
            case PRODUCT -> new NoiseModel.Product(sigma);
            case RECEIVER -> new NoiseModel.Receiver(photons, netcast.capacitanceFarads(), netcast.temperatureKelvin());
        };
    }

    /**
     * The model with the amount that was given, or the published one: LIGHTNING's sigma, NETCAST's photons.
     *
     * @throws ParameterException if an amount makes no sense
     */
    NoiseModel model(CommandSpec spec, @Nullable Double sigma, @Nullable Double photons) {
        try {
            return model(
                    sigma == null ? NoiseModel.LIGHTNING_SIGMA : sigma,
                    photons == null ? NoiseModel.Receiver.NETCAST.photonsPerMac() : photons);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Refuses amounts that are not this noise's. */
    void check(CommandSpec spec, @Nullable Object sigma, @Nullable Object photons) {
        if (sigma != null && this != OUTPUT && this != PRODUCT) {
            throw new ParameterException(spec.commandLine(), "--sigma belongs to --noise output or product");
        }
        if (photons != null && this != RECEIVER) {
            throw new ParameterException(spec.commandLine(), "--photons belongs to --noise receiver");
        }
    }
}

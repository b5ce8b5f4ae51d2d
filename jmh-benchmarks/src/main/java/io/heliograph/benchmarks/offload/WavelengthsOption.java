package io.heliograph.benchmarks.offload;

import io.heliograph.offload.serve.ServedDevice;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** On how many wavelengths: what {@code --wavelengths} says, for every command that runs a model. */
public final class WavelengthsOption {

    /** Its name, for who must refuse it. */
    public static final String NAME = "--wavelengths";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(
            names = NAME,
            paramLabel = "N",
            description =
                    "Products that meet in each lane, 1 to 64 (default: ${DEFAULT-VALUE}, as LIGHTNING's prototype).")
    private int wavelengths = 1;

    /** Made by the command line. */
    public WavelengthsOption() {}

    /**
     * How many.
     *
     * @throws ParameterException if no datapath has so many
     */
    public int count() {
        if (wavelengths < 1 || wavelengths > ServedDevice.MOST_WAVELENGTHS) {
            throw new ParameterException(spec.commandLine(), NAME + " must be 1 to " + ServedDevice.MOST_WAVELENGTHS);
        }
        return wavelengths;
    }
}

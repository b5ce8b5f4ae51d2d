package io.heliograph.benchmarks.offload;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.offload.energy.DeviceDescription;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose energy is counted: what {@code --device} says, for every command that states energy. */
public final class DeviceOption {

    /** Its name, for who must refuse it. */
    public static final String NAME = "--device";

    @Option(
            names = NAME,
            paramLabel = "FILE",
            description = "Constants of the device as CSV, for the energy: constant,value,unit,source (default: the"
                    + " prototype).")
    @Nullable
    private Path file;

    /** Made by the command line. */
    public DeviceOption() {}

    /**
     * Reads the description.
     *
     * @throws EnvironmentException if it cannot be read or makes no sense
     */
    public DeviceDescription load() {
        if (file == null) {
            return DeviceDescription.prototype();
        }
        try {
            return DeviceDescription.read(file);
        } catch (NoSuchFileException e) {
            throw new EnvironmentException("no such file: " + e.getMessage() + "; name one that exists", e);
        } catch (IOException e) {
            throw new EnvironmentException("cannot read the device: " + e.getMessage(), e);
        }
    }
}

package io.heliograph.benchmarks.cli;

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

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: classify or sweep");
    }
}

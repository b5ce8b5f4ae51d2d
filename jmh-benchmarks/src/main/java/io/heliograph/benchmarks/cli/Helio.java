package io.heliograph.benchmarks.cli;

import io.heliograph.bindings.EnvironmentException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code helio}: picks the subcommand and turns its outcome into an exit code.
 *
 * <p>0 pass, 1 measured but a check failed, 2 usage, 3 environment not usable.
 */
@Command(
        name = "helio",
        description = "Kernel-bypass userspace networking for the JVM.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {BenchCommand.class, DecodeCommand.class},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:pass",
            "1:measured, but a check failed",
            "2:the command line makes no sense",
            "3:the environment is not usable"
        })
public final class Helio implements Runnable {

    static final int FAILED = 1;
    static final int ENVIRONMENT = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    private Helio() {}

    /**
     * Runs one command and exits with its code.
     *
     * @param args the command line
     */
    public static void main(String... args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Helio()).setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof EnvironmentException) {
                command.getErr().println("helio: " + failure.getMessage());
                return ENVIRONMENT;
            }
            failure.printStackTrace(command.getErr());
            return FAILED;
        });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}

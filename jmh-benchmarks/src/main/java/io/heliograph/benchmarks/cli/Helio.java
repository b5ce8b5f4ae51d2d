package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.arbiter.ArbiterCommand;
import io.heliograph.benchmarks.collective.AllGatherCommand;
import io.heliograph.benchmarks.collective.AllReduceCommand;
import io.heliograph.benchmarks.collective.AllToAllCommand;
import io.heliograph.benchmarks.collective.BroadcastCommand;
import io.heliograph.benchmarks.collective.LaunchCommand;
import io.heliograph.benchmarks.collective.ReduceScatterCommand;
import io.heliograph.benchmarks.collective.SendReceiveCommand;
import io.heliograph.benchmarks.emulator.ConformAgentCommand;
import io.heliograph.benchmarks.emulator.ConformCommand;
import io.heliograph.benchmarks.emulator.DeviceCommand;
import io.heliograph.benchmarks.emulator.EmulateCommand;
import io.heliograph.benchmarks.emulator.VectorsCommand;
import io.heliograph.benchmarks.offload.EnergyCommand;
import io.heliograph.benchmarks.offload.ModelCommand;
import io.heliograph.benchmarks.offload.ServeTimeCommand;
import io.heliograph.benchmarks.offload.TrainDigitsCommand;
import io.heliograph.benchmarks.planning.PlanCommand;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.benchmarks.train.TrainCommand;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.FaultConfig;
import io.heliograph.transport.port.PortSpec;
import java.io.PrintWriter;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

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
        subcommands = {
            WriteBwCommand.class,
            WriteLatCommand.class,
            SendCommand.class,
            ReceiveCommand.class,
            PortsCommand.class,
            TourCommand.class,
            SoakCommand.class,
            SoakEndCommand.class,
            DecodeCommand.class,
            IoForwardCommand.class,
            IoForwardLoopCommand.class,
            VersusCommand.class,
            VersusInferenceCommand.class,
            SimulateCommand.class,
            DeviceCommand.class,
            EmulateCommand.class,
            ConformCommand.class,
            ConformAgentCommand.class,
            VectorsCommand.class,
            DatapathCommand.class,
            ServeInferenceCommand.class,
            InferCommand.class,
            ModelCommand.class,
            TrainDigitsCommand.class,
            EnergyCommand.class,
            ServeTimeCommand.class,
            OptcamCommand.class,
            LaunchCommand.class,
            AllReduceCommand.class,
            AllGatherCommand.class,
            ReduceScatterCommand.class,
            AllToAllCommand.class,
            BroadcastCommand.class,
            SendReceiveCommand.class,
            PlanCommand.class,
            ArbiterCommand.class,
            TrainCommand.class,
            BenchCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:pass",
            "1:measured, but a check failed",
            "2:the command line makes no sense",
            "3:the environment is not usable"
        })
public final class Helio implements Runnable {

    static final int PASSED = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
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
        CommandLine helio = new CommandLine(new Helio());
        UsageMessageSpec usage = helio.getCommandSpec().usageMessage();
        for (CommandLine command : helio.getSubcommands().values()) {
            if (command.getCommandSpec().versionProvider() == null) {
                // Commands of other packages do not know it.
                command.getCommandSpec().versionProvider(new Version());
            }
            // What launch starts has options of its own.
            command.setStopAtPositional(command.getCommandName().equals("launch"));
            command.getCommandSpec()
                    .usageMessage()
                    .exitCodeListHeading(usage.exitCodeListHeading())
                    .exitCodeList(usage.exitCodeList())
                    .sortOptions(false);
        }
        return helio.registerConverter(IpAddress.class, literal(IpAddress::parse))
                .registerConverter(EndpointKind.class, literal(EndpointKind::parse))
                .registerConverter(FaultConfig.class, literal(FaultConfig::parse))
                .registerConverter(PortSpec.class, literal(PortSpec::parse))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((mistake, args) -> usage(mistake))
                .setExecutionExceptionHandler((failure, command, parsed) -> exitCode(failure, command));
    }

    /** The sentence of the parser's own exception, where picocli would print its class as well. */
    private static <T> ITypeConverter<T> literal(Function<String, T> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        };
    }

    /** The sentence, and where to read on: the whole usage would scroll it away. */
    private static int usage(ParameterException mistake) {
        CommandLine command = mistake.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        if (command.getParent() == null) {
            command.usage(err);
        }
        err.println(name + ": " + mistake.getMessage());
        UnmatchedArgumentException.printSuggestions(mistake, err);
        err.println("Try '" + name + " --help'.");
        return USAGE;
    }

    private static int exitCode(Exception failure, CommandLine command) {
        if (failure instanceof ParameterException usage) {
            throw usage;
        }
        if (failure instanceof InterruptedException) {
            command.getErr().println("helio: interrupted");
            return FAILED;
        }
        if (failure instanceof RunFailure) {
            command.getErr().println("helio: " + failure.getMessage());
            return FAILED;
        }
        if (failure instanceof EnvironmentException) {
            command.getErr().println("helio: " + failure.getMessage());
            return ENVIRONMENT;
        }
        failure.printStackTrace(command.getErr());
        return FAILED;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}

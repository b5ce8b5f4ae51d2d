package io.heliograph.benchmarks.collective;

import io.heliograph.benchmarks.cli.Interruption;
import io.heliograph.benchmarks.session.RunFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code helio launch}: starts a command as so many ranks of a job on this machine. */
@Command(
        name = "launch",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a command N times, as the ranks of one job on this machine.",
            "",
            "Each process gets RANK, WORLD_SIZE, LOCAL_RANK, LOCAL_WORLD_SIZE, MASTER_ADDR and MASTER_PORT, as torchrun sets them, and HELIO_SECRET, by"
                    + " which the ranks know each other. When one fails the others have 5 s to notice, then they are ended.",
            ""
        },
        footer = {"%nExample:", "  helio launch -n 4 java -cp app.jar Train"})
public final class LaunchCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(
            names = {"-n", "--ranks"},
            paramLabel = "N",
            required = true,
            description = "How many processes.")
    private int ranks;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The program and its arguments.")
    private List<String> command = new ArrayList<>();

    /** Made by the command line. */
    public LaunchCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        if (ranks < 1) {
            throw new ParameterException(spec.commandLine(), "-n " + ranks + ": at least 1");
        }
        try (Interruption _ = Interruption.ofThisThread();
                RankProcesses processes = RankProcesses.start(JobEnvironment.create(ranks), 0, ranks, false, command)) {
            List<RankProcesses.Failure> failures = processes.await();
            if (!failures.isEmpty()) {
                RankProcesses.Failure first = failures.getFirst();
                throw new RunFailure("rank " + first.rank() + " of " + ranks + " ended with " + first.code());
            }
        }
        return 0;
    }
}

package io.heliograph.benchmarks.collective;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code helio broadcast}: how fast all ranks get the buffer of one. */
@Command(
        name = "broadcast",
        mixinStandardHelpOptions = true,
        description = {
            "Measures how fast all ranks get the buffer of one, as nccl-tests' broadcast_perf does.",
            "",
            CollectiveOptions.WHO,
            "",
            CollectiveOptions.LIMIT,
            ""
        },
        footer = {
            "%nExamples:",
            "  helio broadcast -n 2 -b 1k -e 64m -f 4",
            "  helio launch -n 2 scripts/helio broadcast"
        })
public final class BroadcastCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Mixin
    private CollectiveOptions options = new CollectiveOptions();

    @Option(
            names = {"-r", "--root"},
            paramLabel = "RANK",
            description = "Whose buffer all get (default: ${DEFAULT-VALUE}).")
    private int root;

    /** Made by the command line. */
    public BroadcastCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        return new CollectiveRun(spec, options, Kind.BROADCAST, "sum", root).run();
    }
}

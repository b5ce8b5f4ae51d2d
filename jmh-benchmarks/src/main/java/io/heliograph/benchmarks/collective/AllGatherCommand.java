package io.heliograph.benchmarks.collective;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code helio allgather}: how fast all ranks get the buffers of all. */
@Command(
        name = "allgather",
        mixinStandardHelpOptions = true,
        description = {
            "Measures how fast all ranks get the buffers of all, as nccl-tests' all_gather_perf does.",
            "",
            CollectiveOptions.WHO,
            "",
            CollectiveOptions.LIMIT,
            ""
        },
        footer = {
            "%nExamples:",
            "  helio allgather -n 2 -b 1k -e 64m -f 4",
            "  helio launch -n 2 scripts/helio allgather"
        })
public final class AllGatherCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Mixin
    private CollectiveOptions options = new CollectiveOptions();

    /** Made by the command line. */
    public AllGatherCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        return new CollectiveRun(spec, options, Kind.ALLGATHER, "sum", 0).run();
    }
}

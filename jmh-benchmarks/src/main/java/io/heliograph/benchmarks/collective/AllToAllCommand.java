package io.heliograph.benchmarks.collective;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code helio alltoall}: how fast every rank sends a part of its buffer to every other. */
@Command(
        name = "alltoall",
        mixinStandardHelpOptions = true,
        description = {
            "Measures how fast every rank sends a part of its buffer to every other, as nccl-tests' alltoall_perf does.",
            "",
            CollectiveOptions.WHO,
            "",
            CollectiveOptions.LIMIT,
            ""
        },
        footer = {"%nExamples:", "  helio alltoall -n 2 -b 1k -e 64m -f 4", "  helio launch -n 2 scripts/helio alltoall"
        })
public final class AllToAllCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Mixin
    private CollectiveOptions options = new CollectiveOptions();

    /** Made by the command line. */
    public AllToAllCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        return new CollectiveRun(spec, options, Kind.ALLTOALL, "sum", 0).run();
    }
}

package io.heliograph.benchmarks.collective;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code helio reducescatter}: how fast each rank gets its part of the reduction of the buffers of all. */
@Command(
        name = "reducescatter",
        mixinStandardHelpOptions = true,
        description = {
            "Measures how fast each rank gets its part of the reduction of the buffers of all, as nccl-tests' reduce_scatter_perf does.",
            "",
            CollectiveOptions.WHO,
            "",
            CollectiveOptions.LIMIT,
            ""
        },
        footer = {
            "%nExamples:",
            "  helio reducescatter -n 2 -b 1k -e 64m -f 4",
            "  helio launch -n 2 scripts/helio reducescatter"
        })
public final class ReduceScatterCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Mixin
    private CollectiveOptions options = new CollectiveOptions();

    @Option(
            names = {"-o", "--op"},
            paramLabel = "OPERATION",
            description = "sum, prod, min, max or avg (default: ${DEFAULT-VALUE}).")
    private String operation = "sum";

    /** Made by the command line. */
    public ReduceScatterCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        return new CollectiveRun(spec, options, Kind.REDUCESCATTER, operation, 0).run();
    }
}

package io.heliograph.benchmarks.collective;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code helio sendrecv}: how fast every rank sends a buffer to the next in a ring. */
@Command(
        name = "sendrecv",
        mixinStandardHelpOptions = true,
        description = {
            "Measures how fast every rank sends a buffer to the next in a ring, as nccl-tests' sendrecv_perf does.",
            "",
            CollectiveOptions.WHO,
            "",
            CollectiveOptions.LIMIT,
            ""
        },
        footer = {"%nExamples:", "  helio sendrecv -n 2 -b 1k -e 64m -f 4", "  helio launch -n 2 scripts/helio sendrecv"
        })
public final class SendReceiveCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Mixin
    private CollectiveOptions options = new CollectiveOptions();

    /** Made by the command line. */
    public SendReceiveCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        return new CollectiveRun(spec, options, Kind.SENDRECV, "sum", 0).run();
    }
}

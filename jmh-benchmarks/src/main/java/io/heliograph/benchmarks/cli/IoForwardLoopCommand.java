package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.forward.ForwardPlan;
import io.heliograph.benchmarks.forward.Ours;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What {@code helio io-forward} starts for our side of a round. */
@Command(name = Ours.COMMAND, hidden = true, description = "Our forwarding loop alone, once.")
final class IoForwardLoopCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Mixin
    private ForwardOptions options = new ForwardOptions();

    @Option(names = "--bound-to-stdin", hidden = true, description = "Ends this process when its standard input does.")
    private boolean boundToStdin;

    @Override
    public Integer call() {
        if (boundToStdin) {
            StdinWatch.start();
        }
        spec.commandLine().getOut().println(Ours.forward(options.plan(ForwardPlan.MBUF_BYTES)));
        spec.commandLine().getOut().flush();
        return Helio.PASSED;
    }
}

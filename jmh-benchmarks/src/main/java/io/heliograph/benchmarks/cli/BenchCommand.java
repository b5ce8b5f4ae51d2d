package io.heliograph.benchmarks.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.Main;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code helio bench}: hands its arguments to JMH, whose forks take over the JVM flags of this process. */
@Command(
        name = "bench",
        description = "Runs the JMH benchmarks; every argument is JMH's own (-h lists them, -l the benchmarks).")
final class BenchCommand implements Callable<Integer> {

    @Unmatched
    private List<String> jmhArguments = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        Main.main(jmhArguments.toArray(String[]::new));
        return 0;
    }
}

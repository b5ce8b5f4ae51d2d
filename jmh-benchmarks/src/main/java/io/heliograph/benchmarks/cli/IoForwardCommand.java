package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.forward.Comparison;
import io.heliograph.benchmarks.forward.Comparison.Round;
import io.heliograph.benchmarks.forward.ForwardPlan;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio io-forward}: our forwarding loop beside testpmd's, in turns. */
@Command(
        name = "io-forward",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Forwards frames of a DPDK device back to it, in turns by our loop and by dpdk-testpmd: same device, same EAL"
                    + " arguments, same pool, same burst, same CPU, each in a process of its own.",
            "",
            "Mpps is million packets for each second that the forwarding thread ran, which is what others on the same CPU"
                    + " disturb least; cpu%% is how much of the time it ran. Our loop runs a second before it is measured, to be compiled.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio io-forward --vdev net_ring0",
            "  helio io-forward --vdev net_null0 --rounds 9 --json null.json"
        })
final class IoForwardCommand implements Callable<Integer> {

    private static final double GOAL = 0.95;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Mixin
    private ForwardOptions options = new ForwardOptions();

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of both sides (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(
            names = "--testpmd-mbuf-size",
            paramLabel = "BYTES",
            description =
                    "Of testpmd's mbufs (default: ${DEFAULT-VALUE}, as ours). On normal pages DPDK's own pools start each such mbuf"
                            + " on a page of its own, where the headers compete for the same cache sets; 512 puts several on a page, as ours are.")
    private int testpmdMbufBytes = ForwardPlan.MBUF_BYTES;

    @Option(
            names = "--require-ratio",
            paramLabel = "RATIO",
            description = "Fails if the median ratio is less (default: any ratio passes).")
    private double requiredRatio;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    @Nullable
    private Path json;

    @Override
    public Integer call() throws Exception {
        if (rounds < 1 || options.burstFrames < 1 || options.burstFrames > 512 || options.seconds <= 0) {
            throw new ParameterException(
                    spec.commandLine(), "at least one round, 1 to 512 frames a burst, and a duration above 0");
        }
        PrintWriter out = spec.commandLine().getOut();
        Banner banner = banner(options.plan(testpmdMbufBytes));
        banner.print(out);
        RunReport report = new RunReport(
                        spec.name(), spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
        Comparison comparison = new Comparison();
        Table table = new Table(
                out,
                new Column("round", "%d", 5),
                Column.of("ours[Mpps]", "%.2f"),
                Column.of("testpmd[Mpps]", "%.2f"),
                Column.of("ratio", "%.3f"),
                Column.of("ours[cpu%]", "%.0f"),
                Column.of("testpmd[cpu%]", "%.0f"),
                Column.of("Heap[B/packet]", "%.6f"));
        table.printTitles();
        try (Interruption _ = Interruption.ofThisThread()) {
            comparison.run(options.plan(testpmdMbufBytes), rounds, round -> {
                print(table, round);
                add(report, round);
            });
        }
        out.printf(
                Locale.ROOT,
                "ratio: median %.3f, %.3f to %.3f, goal %.2f%n",
                comparison.medianRatio(),
                comparison.leastRatio(),
                comparison.greatestRatio(),
                GOAL);
        out.flush();
        boolean passed = comparison.moved() && comparison.medianRatio() >= requiredRatio;
        if (json != null) {
            report.document()
                    .putObject("summary")
                    .put("medianRatio", comparison.medianRatio())
                    .put("leastRatio", comparison.leastRatio())
                    .put("greatestRatio", comparison.greatestRatio())
                    .put("goalRatio", GOAL);
            report.passed(passed).write(json);
        }
        return passed ? Helio.PASSED : Helio.FAILED;
    }

    private Banner banner(ForwardPlan plan) {
        return new Banner("helio io-forward: our loop and dpdk-testpmd, in turns")
                .with("vdev", plan.vdev())
                .with("forward mode", plan.mode())
                .with("burst [frames]", plan.burstFrames())
                .with("duration [s]", plan.seconds())
                .with("rounds", rounds)
                .with("forwarding CPU", plan.forwardingCpu())
                .with("testpmd's main CPU", plan.otherCpu())
                .with("descriptors", ForwardPlan.DESCRIPTORS)
                .with("testpmd mbuf [bytes]", plan.testpmdMbufBytes())
                .with("required ratio", requiredRatio == 0 ? "none" : requiredRatio)
                .with("JSON", json == null ? "none" : json)
                .with("processor", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu());
    }

    private static void print(Table table, Round round) {
        table.printRow(
                round.number(),
                round.ours().mpps(),
                round.testpmd().mpps(),
                round.ratio(),
                100 * round.ours().cpuShare(),
                100 * round.testpmd().cpuShare(),
                round.ours().heapBytesPerPacket());
    }

    private static void add(RunReport report, Round round) {
        report.addResult()
                .put("round", round.number())
                .put("oursMpps", round.ours().mpps())
                .put("testpmdMpps", round.testpmd().mpps())
                .put("ratio", round.ratio())
                .put("oursPackets", round.ours().packets())
                .put("testpmdPackets", round.testpmd().packets())
                .put("oursCpuNs", round.ours().cpuNs())
                .put("testpmdCpuNs", round.testpmd().cpuNs())
                .put("oursWallMpps", round.ours().wallMpps())
                .put("testpmdWallMpps", round.testpmd().wallMpps())
                .put("oursHeapBytesPerPacket", round.ours().heapBytesPerPacket());
    }
}

package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.perf.BandwidthResult;
import io.heliograph.benchmarks.perf.PerfPlan;
import io.heliograph.benchmarks.perf.WriteBandwidthClient;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.benchmarks.session.Session;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code helio write-bw}: how fast WRITEs go, as perftest's ib_write_bw asks. */
@Command(
        name = "write-bw",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Measures the bandwidth of WRITEs, as perftest's ib_write_bw does.",
            "",
            "Without an address this is the server; the client gives the server's address. The client keeps --tx-depth WRITEs"
                    + " outstanding. BW peak is that of the best 10 ms. After each size the server looks whether its memory holds"
                    + " what the last WRITE to each place carried: #wrong counts those that it does not.",
            ""
        },
        footer = {
            "%nExample, in two terminals:",
            "  helio write-bw",
            "  helio write-bw localhost --all --fault loss=0.01%n",
            "Or in one: helio write-bw --port memory",
            "Through shared memory, without packets: add --endpoint direct at both ends"
        })
final class WriteBwCommand implements Callable<Integer> {

    private static final long DEFAULT_BYTES = 65_536;
    private static final long DEFAULT_ITERATIONS = 5_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Mixin
    private PerfOptions perf = new PerfOptions();

    @Option(
            names = {"-t", "--tx-depth"},
            paramLabel = "COUNT",
            description =
                    "WRITEs outstanding, fewer if they hold more than 64 MiB together (default: ${DEFAULT-VALUE}).")
    private int depth = 128;

    @Mixin
    private TransportOptions transport = new TransportOptions();

    @Override
    public Integer call() throws Exception {
        PerfPlan plan = perf.plan(DEFAULT_BYTES, DEFAULT_ITERATIONS, depth);
        TransportRun run = perf.run(spec, transport);
        return perf.run(
                run, transport, plan, ServerRows::bandwidth, (session, output) -> client(session, output, plan));
    }

    private static boolean client(Session session, Output output, PerfPlan plan) {
        Table table = new Table(
                output.out(),
                Column.of("#bytes", "%d"),
                Column.of("#iterations", "%d"),
                Column.of("BW peak[Gb/sec]", "%.2f"),
                Column.of("BW average[Gb/sec]", "%.2f"),
                Column.of("MsgRate[Mpps]", "%.6f"),
                Column.of("Packets[Mpps]", "%.6f"),
                Column.of("#retransmitted", "%d"),
                Column.of("Heap[B/packet]", "%.3f"),
                Column.of("#wrong", "%d"));
        table.printTitles();
        AtomicLong wrong = new AtomicLong();
        new WriteBandwidthClient(session, plan).run(row -> {
            wrong.addAndGet(row.wrong());
            table.printRow(
                    row.bytes(),
                    row.iterations(),
                    row.peakGbitPerSecond(),
                    row.averageGbitPerSecond(),
                    row.messagesMpps(),
                    row.packetsMpps(),
                    row.retransmitted(),
                    Math.max(row.heapBytesPerPacket(), row.serverHeapBytesPerPacket()),
                    row.wrong());
            report(row, output);
        });
        return wrong.get() == 0;
    }

    private static void report(BandwidthResult row, Output output) {
        output.report()
                .addResult()
                .put("bytes", row.bytes())
                .put("iterations", row.iterations())
                .put("elapsedNs", row.elapsedNs())
                .put("bwPeakGbitPerSecond", row.peakGbitPerSecond())
                .put("bwAverageGbitPerSecond", row.averageGbitPerSecond())
                .put("messagesMpps", row.messagesMpps())
                .put("packets", row.packets())
                .put("packetsMpps", row.packetsMpps())
                .put("retransmitted", row.retransmitted())
                .put("heapBytesPerPacket", row.heapBytesPerPacket())
                .put("serverHeapBytesPerPacket", row.serverHeapBytesPerPacket())
                .put("checked", row.checked())
                .put("wrong", row.wrong());
    }
}

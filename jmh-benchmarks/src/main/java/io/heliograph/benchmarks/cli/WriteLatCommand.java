package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.perf.LatencyResult;
import io.heliograph.benchmarks.perf.PerfPlan;
import io.heliograph.benchmarks.perf.WriteLatencyClient;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.benchmarks.session.Session;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code helio write-lat}: how long a WRITE takes, as perftest's ib_write_lat asks. */
@Command(
        name = "write-lat",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Measures the latency of WRITEs, as perftest's ib_write_lat does: half the time of a ping-pong, one at a time.",
            "",
            "Without an address this is the server; the client gives the server's address. ib_write_lat polls the last byte of"
                    + " its buffer, which says nothing where packets may be placed in any order; here ping and pong are"
                    + " WRITEs-with-IMM, and a round trip ends when the pong's immediate has come. The server writes back the very"
                    + " bytes that were placed in its memory; the client compares each pong with what it sent: #wrong counts those"
                    + " that differ. The comparison is not part of the time.",
            ""
        },
        footer = {
            "%nExample, in two terminals:",
            "  helio write-lat",
            "  helio write-lat localhost -s 64 -D 5%n",
            "Or in one: helio write-lat --port memory",
            "Through shared memory, without packets: add --endpoint direct at both ends"
        })
final class WriteLatCommand implements Callable<Integer> {

    private static final long DEFAULT_BYTES = 2;
    private static final long DEFAULT_ITERATIONS = 1_000;

    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Mixin
    private PerfOptions perf = new PerfOptions();

    @Mixin
    private TransportOptions transport = new TransportOptions();

    @Override
    public Integer call() throws Exception {
        PerfPlan plan = perf.plan(DEFAULT_BYTES, DEFAULT_ITERATIONS, 1);
        TransportRun run = perf.run(spec, transport);
        return perf.run(run, transport, plan, ServerRows::latency, (session, output) -> client(session, output, plan));
    }

    private static boolean client(Session session, Output output, PerfPlan plan) {
        Table table = new Table(
                output.out(),
                Column.of("#bytes", "%d"),
                Column.of("#iterations", "%d"),
                Column.of("t_min[usec]", "%.2f"),
                Column.of("t_50[usec]", "%.2f"),
                Column.of("t_90[usec]", "%.2f"),
                Column.of("t_99[usec]", "%.2f"),
                Column.of("t_99.9[usec]", "%.2f"),
                Column.of("t_99.99[usec]", "%.2f"),
                Column.of("t_max[usec]", "%.2f"),
                Column.of("#retransmitted", "%d"),
                Column.of("Heap[B/packet]", "%.3f"),
                Column.of("#samples", "%d"),
                Column.of("#wrong", "%d"));
        table.printTitles();
        AtomicLong wrong = new AtomicLong();
        new WriteLatencyClient(session, plan).run(row -> {
            wrong.addAndGet(row.wrong());
            table.printRow(
                    row.bytes(),
                    row.iterations(),
                    row.leastUs(),
                    row.percentileUs(PERCENTILES[0]),
                    row.percentileUs(PERCENTILES[1]),
                    row.percentileUs(PERCENTILES[2]),
                    row.percentileUs(PERCENTILES[3]),
                    row.percentileUs(PERCENTILES[4]),
                    row.mostUs(),
                    row.retransmitted(),
                    Math.max(row.heapBytesPerPacket(), row.serverHeapBytesPerPacket()),
                    row.roundTripsNs().getTotalCount(),
                    row.wrong());
            report(row, output);
        });
        return wrong.get() == 0;
    }

    private static void report(LatencyResult row, Output output) {
        output.report()
                .addResult()
                .put("bytes", row.bytes())
                .put("iterations", row.iterations())
                .put("elapsedNs", row.elapsedNs())
                .put("tMinUs", row.leastUs())
                .put("t50Us", row.percentileUs(PERCENTILES[0]))
                .put("t90Us", row.percentileUs(PERCENTILES[1]))
                .put("t99Us", row.percentileUs(PERCENTILES[2]))
                .put("t99_9Us", row.percentileUs(PERCENTILES[3]))
                .put("t99_99Us", row.percentileUs(PERCENTILES[4]))
                .put("tMaxUs", row.mostUs())
                .put("samples", row.roundTripsNs().getTotalCount())
                .put("packets", row.packets())
                .put("packetsPerSecond", row.packets() * 1e9 / row.elapsedNs())
                .put("retransmitted", row.retransmitted())
                .put("heapBytesPerPacket", row.heapBytesPerPacket())
                .put("serverHeapBytesPerPacket", row.serverHeapBytesPerPacket())
                .put("wrong", row.wrong());
    }
}

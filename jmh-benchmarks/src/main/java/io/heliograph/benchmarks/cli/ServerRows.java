package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.perf.ServerResult;
import io.heliograph.benchmarks.perf.WriteBandwidthServer;
import io.heliograph.benchmarks.perf.WriteLatencyServer;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.benchmarks.session.Session;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The servers of the measurements and what they print. */
final class ServerRows {

    private ServerRows() {}

    static boolean bandwidth(Session session, Output output) throws Exception {
        AtomicLong wrong = new AtomicLong();
        new WriteBandwidthServer(session).run(rows(output, wrong));
        return wrong.get() == 0;
    }

    static boolean latency(Session session, Output output) {
        AtomicLong wrong = new AtomicLong();
        new WriteLatencyServer(session).run(rows(output, wrong));
        return wrong.get() == 0;
    }

    private static Consumer<ServerResult> rows(Output output, AtomicLong wrong) {
        Table table = new Table(
                output.out(),
                Column.of("#bytes", "%d"),
                Column.of("#packets", "%d"),
                Column.of("Heap[B/packet]", "%.3f"),
                Column.of("#checked", "%d"),
                Column.of("#wrong", "%d"));
        table.printTitles();
        return row -> {
            wrong.addAndGet(row.wrong());
            table.printRow(row.bytes(), row.packets(), row.heapBytesPerPacket(), row.checked(), row.wrong());
            output.report()
                    .addResult()
                    .put("bytes", row.bytes())
                    .put("packets", row.packets())
                    .put("heapBytesPerPacket", row.heapBytesPerPacket())
                    .put("checked", row.checked())
                    .put("wrong", row.wrong());
        };
    }
}

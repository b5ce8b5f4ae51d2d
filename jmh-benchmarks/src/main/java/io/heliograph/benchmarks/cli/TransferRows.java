package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.files.TransferResult;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;

/** What {@code send} and {@code receive} print: one row a file. */
final class TransferRows {

    private final Output output;
    private final boolean receiver;
    private final Table table;
    private boolean allIntact = true;

    TransferRows(Output output, boolean receiver) {
        this.output = output;
        this.receiver = receiver;
        this.table = new Table(
                output.out(),
                new Column("#bytes", "%d", 14),
                Column.of("seconds", "%.3f"),
                Column.of("Gb/sec", "%.2f"),
                Column.of("Packets[Mpps]", "%.6f"),
                Column.of("#retransmitted", "%d"),
                Column.of("Heap[B/packet]", "%.3f"),
                Column.of("SHA-256", "%s"),
                new Column("file", "%s", -1));
        table.printTitles();
    }

    void add(TransferResult row) {
        allIntact &= row.intact();
        table.printRow(
                row.bytes(),
                row.elapsedNs() / 1e9,
                row.gbitPerSecond(),
                row.packetsMpps(),
                receiver ? "-" : row.retransmitted(),
                Math.max(row.heapBytesPerPacket(), row.peerHeapBytesPerPacket()),
                row.intact() ? "same" : "DIFFERS",
                row.name());
        var json = output.report()
                .addResult()
                .put("name", row.name())
                .put("bytes", row.bytes())
                .put("elapsedNs", row.elapsedNs())
                .put("gbitPerSecond", row.gbitPerSecond())
                .put("packets", row.packets())
                .put("packetsMpps", row.packetsMpps())
                .put("heapBytesPerPacket", row.heapBytesPerPacket())
                .put("sha256", row.sha256())
                .put("intact", row.intact());
        if (!receiver) {
            json.put("retransmitted", row.retransmitted())
                    .put("receiverHeapBytesPerPacket", row.peerHeapBytesPerPacket());
        }
    }

    boolean allIntact() {
        return allIntact;
    }
}

package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.benchmarks.soak.Figure;
import io.heliograph.benchmarks.soak.Sample;
import io.heliograph.benchmarks.soak.Soak;
import io.heliograph.benchmarks.soak.SoakPlan;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Prints what happened between two samples, both ends together. */
final class SoakRows implements Soak.Rows {

    private static final double MEBIBYTE = 1 << 20;
    private static final double PERCENT = 100;
    private static final int BITS = 8;

    private final Soak run;
    private final SoakPlan plan;
    private final Table table;

    SoakRows(PrintWriter out, Soak run, SoakPlan plan) {
        this.run = run;
        this.plan = plan;
        table = new Table(
                out,
                Column.of("t[sec]", "%.0f"),
                Column.of("Gb/sec", "%.3f"),
                Column.of("#messages", "%d"),
                Column.of("#retransmitted", "%d"),
                Column.of("RSS[MiB]", "%.1f"),
                Column.of("RSS[MiB]", "%.1f"),
                Column.of("CPU[%]", "%.0f"),
                Column.of("CPU[%]", "%.0f"),
                Column.of("#GC", "%d"),
                Column.of("Heap[B]", "%d"),
                Column.of("#errors", "%d"));
    }

    @Override
    public void onRow(int row) {
        if (row == 0) {
            table.printTitles();
            return;
        }
        Sample server = run.samples().getFirst().get(row);
        Sample client = run.samples().getLast().get(row);
        if (server.last() || client.last()) {
            return; // not a whole interval
        }
        double seconds = plan.intervalNs() / (double) TimeUnit.SECONDS.toNanos(1);
        table.printRow(
                row * seconds,
                more(row, Figure.VERIFIED_BYTES) * BITS / seconds / 1e9,
                more(row, Figure.VERIFIED),
                more(row, Figure.RETRANSMITTED),
                server.get(Figure.RESIDENT_BYTES) / MEBIBYTE,
                client.get(Figure.RESIDENT_BYTES) / MEBIBYTE,
                more(0, row, Figure.CPU_NS) * PERCENT / plan.intervalNs(),
                more(1, row, Figure.CPU_NS) * PERCENT / plan.intervalNs(),
                more(row, Figure.GC_CYCLES),
                more(row, Figure.TRAFFIC_HEAP_BYTES),
                server.get(Figure.ERRORS) + client.get(Figure.ERRORS));
    }

    private long more(int row, Figure figure) {
        return more(0, row, figure) + more(1, row, figure);
    }

    private long more(int end, int row, Figure figure) {
        List<Sample> samples = run.samples().get(end);
        return samples.get(row).get(figure) - samples.get(row - 1).get(figure);
    }
}

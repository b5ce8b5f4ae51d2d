package io.heliograph.benchmarks.emulator;

import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.emulator.experiment.ModeSummary;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The table of an experiment: a line for each mode, over all its seeds. */
final class SummaryTable {
    private static final double PS_PER_US = 1e6;
    private static final double KIB = 1024;

    private SummaryTable() {}

    static void print(PrintWriter out, List<ModeSummary> summaries) {
        Table table = new Table(
                out,
                new Column("mode", "%s", -12),
                new Column("seeds", "%d", 5),
                new Column("messages", "%d", 8),
                new Column("not done", "%d", 8),
                new Column("mean[us]", "%.1f", 10),
                new Column("p50[us]", "%.1f", 10),
                new Column("p99[us]", "%.1f", 10),
                new Column("max[us]", "%.1f", 10),
                new Column("job[us]", "%.1f", 10),
                new Column("spread[us]", "%.1f", 10),
                new Column("Gb/s", "%.1f", 8),
                new Column("loss[%]", "%.3f", 8),
                new Column("trim[%]", "%.3f", 8),
                new Column("again[%]", "%.3f", 8),
                new Column("timer", "%d", 6),
                new Column("ECN[%]", "%.2f", 7),
                new Column("pauses", "%d", 7),
                new Column("queue max[KiB]", "%.1f", 14),
                new Column("mean[KiB]", "%.2f", 9));
        table.printTitles();
        for (ModeSummary each : summaries) {
            table.printRow(
                    each.mode(),
                    each.runs().size(),
                    each.times().count() + each.notDone(),
                    each.notDone(),
                    each.times().meanPs() / PS_PER_US,
                    each.times().percentilePs(50) / PS_PER_US,
                    each.times().percentilePs(99) / PS_PER_US,
                    each.times().percentilePs(100) / PS_PER_US,
                    each.meanEndPs() / PS_PER_US,
                    (each.greatestEndPs() - each.leastEndPs()) / PS_PER_US,
                    each.goodputBitsPerSecond() / 1e9,
                    100 * each.lossRate(),
                    100 * each.trimRate(),
                    100 * each.retransmissionRate(),
                    each.byTimer(),
                    100 * each.markRate(),
                    each.pauses(),
                    each.queueMaxBytes() / KIB,
                    each.queueMeanBytes() / KIB);
        }
    }

    /** For documents: what the question is about, and no more. */
    static String markdown(List<ModeSummary> summaries) {
        StringBuilder text = new StringBuilder("""
                | mode | mean us | p99 us | job us (min to max) | loss % | trimmed % | sent again % | by timer | pauses | queue max KiB | queue mean KiB |
                | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |
                """);
        for (ModeSummary each : summaries) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s%s | %.1f | %.1f | %.1f (%.1f to %.1f) | %.3f | %.3f | %.3f | %d | %d | %.1f | %.2f |\n",
                    each.mode(),
                    each.notDone() == 0 ? "" : ", " + each.notDone() + " messages not done",
                    each.times().meanPs() / PS_PER_US,
                    each.times().percentilePs(99) / PS_PER_US,
                    each.meanEndPs() / PS_PER_US,
                    each.leastEndPs() / PS_PER_US,
                    each.greatestEndPs() / PS_PER_US,
                    100 * each.lossRate(),
                    100 * each.trimRate(),
                    100 * each.retransmissionRate(),
                    each.byTimer(),
                    each.pauses(),
                    each.queueMaxBytes() / KIB,
                    each.queueMeanBytes() / KIB));
        }
        return text.toString();
    }
}

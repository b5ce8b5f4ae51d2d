package io.heliograph.benchmarks.collective;

import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of nccl-tests, and behind each bus bandwidth its share of what the memory would allow. */
final class RowTable {
    private static final double NS_IN_US = 1e3;
    private static final int PERCENT = 100;
    private static final String NONE = "N/A";

    private final Plan plan;
    private final String carrier;
    private final Table table;

    RowTable(PrintWriter out, Plan plan, String carrier) {
        this.plan = plan;
        this.carrier = carrier;
        table = new Table(
                out,
                new Column("size(B)", "%d", 12),
                new Column("count", "%d", 12),
                new Column("type", "%s", 8),
                new Column("redop", "%s", 6),
                new Column("root", "%d", 4),
                Column.of("time(us)", "%.2f"),
                new Column("algbw(GB/s)", "%.2f", 11),
                new Column("busbw(GB/s)", "%.2f", 11),
                new Column("%lim", "%.1f", 6),
                new Column("#wrong", "%d", 6),
                new Column("in place: time(us)", "%.2f", 18),
                new Column("algbw(GB/s)", "%.2f", 11),
                new Column("busbw(GB/s)", "%.2f", 11),
                new Column("%lim", "%.1f", 6),
                new Column("#wrong", "%d", 6),
                new Column("carrier", "%s", 7),
                new Column("algorithm", "%s", 16));
    }

    void printTitles() {
        table.printTitles();
    }

    void print(Row row) {
        List<Object> cells = new ArrayList<>(List.of(
                row.sizeBytes(),
                row.count(),
                plan.type().label(),
                plan.kind().reduces() ? plan.operation().label() : "none",
                plan.kind() == Kind.BROADCAST ? plan.root() : -1));
        cells.addAll(cells(row.outOfPlace()));
        cells.addAll(cells(row.inPlace()));
        cells.add(carrier);
        cells.add(row.algorithms());
        table.printRow(cells.toArray());
    }

    private static List<Object> cells(@Nullable Figures figures) {
        if (figures == null) {
            return List.of(NONE, NONE, NONE, NONE, NONE);
        }
        Timing timing = figures.timing();
        return List.of(
                timing.medianNs() / NS_IN_US,
                figures.algorithmBandwidth(),
                figures.busBandwidth(),
                figures.isLimited() ? (Object) (PERCENT * figures.shareOfLimit()) : NONE,
                timing.wrong() == Plan.NOT_CHECKED ? (Object) NONE : timing.wrong());
    }
}

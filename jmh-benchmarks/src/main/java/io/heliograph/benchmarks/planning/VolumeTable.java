package io.heliograph.benchmarks.planning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.collectives.planning.traffic.Group;
import io.heliograph.collectives.planning.traffic.VolumeRow;
import io.heliograph.collectives.planning.traffic.Volumes;
import io.heliograph.collectives.planning.traffic.Volumes.Section;
import java.io.PrintWriter;

/** The table of {@code helio plan --volumes}: a line for each operation, group and size, for a rank. */
final class VolumeTable {
    private static final int MIN_LABEL = 12;

    private VolumeTable() {}

    static void print(PrintWriter out, Volumes volumes) {
        int width = MIN_LABEL;
        for (Section section : volumes.sections()) {
            width = Math.max(width, section.label().length());
        }
        Table table = new Table(
                out,
                new Column("of", "%s", -width),
                new Column("operation", "%s", -14),
                new Column("group", "%s", -10),
                new Column("ranks", "%d", 7),
                new Column("count", "%d", 9),
                new Column("bytes each", "%d", 16),
                new Column("bytes", "%d", 20));
        table.printTitles();
        for (Section section : volumes.sections()) {
            for (VolumeRow row : section.rows()) {
                Group group = row.group();
                table.printRow(
                        section.label(),
                        row.operation().label(),
                        group.name(),
                        group.hasSize() ? (Object) group.size() : "?",
                        row.count(),
                        row.bytes(),
                        row.totalBytes());
            }
        }
        if (!volumes.setUp().isEmpty()) {
            long count = 0;
            double bytes = 0;
            for (VolumeRow row : volumes.setUp()) {
                count += row.count();
                bytes += row.totalBytes();
            }
            out.printf("not counted: %d operations of set-up, %.0f bytes%n", count, bytes);
        }
        volumes.notes().forEach(note -> out.println("note: " + note));
        out.flush();
    }

    static void fill(RunReport report, Volumes volumes) {
        for (Section section : volumes.sections()) {
            for (VolumeRow row : section.rows()) {
                ObjectNode result = report.addResult();
                result.put("of", section.label());
                result.put("operation", row.operation().label());
                result.put("group", row.group().name());
                if (row.group().hasSize()) {
                    result.put("groupSize", row.group().size());
                } else {
                    result.putNull("groupSize");
                }
                result.put("count", row.count());
                result.put("bytesEach", row.bytes());
                result.put("bytes", row.totalBytes());
            }
        }
    }
}

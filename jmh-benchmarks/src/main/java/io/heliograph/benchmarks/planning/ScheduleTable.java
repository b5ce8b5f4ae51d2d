package io.heliograph.benchmarks.planning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.collectives.planning.rates.FabricRoutes;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.collectives.planning.rates.RateSchedule.TimedSlot;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What {@code helio plan --fabric} says of a schedule: its slots, how long an iteration takes, how busy links are. */
final class ScheduleTable {
    private static final double NS_PER_US = 1e3;
    private static final int MOST_LINKS = 12;
    private static final int MOST_SLOTS = 200;
    private static final int MOST_DRAWN = 64;

    private ScheduleTable() {}

    static void print(PrintWriter out, RateSchedule schedule, FabricRoutes fabric) {
        Table table = new Table(
                out,
                new Column("start[us]", "%.1f", 14),
                new Column("compute[us]", "%.1f", 14),
                new Column("send[us]", "%.1f", 14),
                new Column("flows", "%d", 8),
                new Column("least[Gb/s]", "%.3f", 12),
                new Column("most[Gb/s]", "%.3f", 12),
                new Column("slot", "%s", -40));
        table.printTitles();
        for (TimedSlot slot : schedule.slots()
                .subList(0, Math.min(MOST_SLOTS, schedule.slots().size()))) {
            table.printRow(
                    slot.startNs() / NS_PER_US,
                    slot.computeNs() / NS_PER_US,
                    slot.sendNs() / NS_PER_US,
                    slot.rates().size(),
                    least(slot) / 1e9,
                    most(slot) / 1e9,
                    slot.label());
        }
        if (schedule.slots().size() > MOST_SLOTS) {
            out.printf("and %d more; the JSON has all%n", schedule.slots().size() - MOST_SLOTS);
        }
        out.printf("an iteration takes %.1f us%n", schedule.periodNs() / NS_PER_US);
        Table links = new Table(out, new Column("link", "%s", -24), new Column("busy[%]", "%.2f", 8));
        links.printTitles();
        busiest(schedule, fabric).stream()
                .limit(MOST_LINKS)
                .forEach(link -> links.printRow(fabric.name(link), 100 * schedule.utilisation(link)));
    }

    /** Links with those first that carry most of what they could. */
    static List<Integer> busiest(RateSchedule schedule, FabricRoutes fabric) {
        return IntStream.range(0, fabric.links())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer link) -> -schedule.utilisation(link)))
                .toList();
    }

    /** The links that a heat map shows: the busiest that are not idle, in the order of the topology. */
    static List<Integer> shown(RateSchedule schedule, FabricRoutes fabric) {
        return busiest(schedule, fabric).stream()
                .filter(link -> schedule.utilisation(link) > 0)
                .limit(MOST_DRAWN)
                .sorted()
                .toList();
    }

    private static long least(TimedSlot slot) {
        return slot.rates().values().stream().mapToLong(Long::longValue).min().orElse(0);
    }

    private static long most(TimedSlot slot) {
        return slot.rates().values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** A row for each slot, then one for each link. */
    static void fill(RunReport report, RateSchedule schedule, FabricRoutes fabric) {
        for (TimedSlot slot : schedule.slots()) {
            ObjectNode row = report.addResult();
            row.put("slot", slot.label());
            row.put("startNs", slot.startNs());
            row.put("computeNs", slot.computeNs());
            row.put("sendNs", slot.sendNs());
            row.put("flows", slot.rates().size());
            row.put("leastBitsPerSecond", least(slot));
            row.put("mostBitsPerSecond", most(slot));
        }
        for (int link = 0; link < fabric.links(); link++) {
            report.addResult().put("link", fabric.name(link)).put("utilisation", schedule.utilisation(link));
        }
    }
}

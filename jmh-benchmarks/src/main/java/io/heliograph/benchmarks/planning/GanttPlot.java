package io.heliograph.benchmarks.planning;

import io.heliograph.benchmarks.report.SvgDrawing;
import io.heliograph.benchmarks.report.SvgDrawing.Anchor;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.collectives.planning.rates.RateSchedule.TimedSlot;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A schedule as a Gantt plot: a row for each operation of a group, in it a bar for each slot, pale while ranks compute and nothing is sent. */
final class GanttPlot {
    private static final int WIDTH = 1100;
    private static final int LEFT = 240;
    private static final int RIGHT = 30;
    private static final int TOP = 50;
    private static final int ROW = 26;
    private static final int BOTTOM = 50;
    private static final double LEAST_WIDTH = 0.3;
    private static final double NS_PER_US = 1e3;
    private static final String PALE = "#d9e2ec";
    private static final List<String> COLOURS =
            List.of("#1d4ed8", "#c2410c", "#15803d", "#7e22ce", "#b45309", "#0e7490", "#be123c", "#4d7c0f");

    private GanttPlot() {}

    static SvgDrawing of(String name, RateSchedule schedule) {
        Set<String> kinds = new LinkedHashSet<>();
        schedule.slots().forEach(slot -> kinds.add(slot.kind()));
        List<String> rows = new ArrayList<>(kinds);
        int bottom = TOP + ROW * rows.size();
        SvgDrawing drawing = new SvgDrawing(name + ": slots of an iteration", WIDTH, bottom + BOTTOM);
        TimeAxis axis = new TimeAxis(LEFT, WIDTH - RIGHT, schedule.periodNs());
        axis.draw(drawing, TOP, bottom);
        for (int row = 0; row < rows.size(); row++) {
            drawing.text(LEFT - 10, TOP + ROW * row + 17, Anchor.END, rows.get(row));
        }
        for (TimedSlot slot : schedule.slots()) {
            int row = rows.indexOf(slot.kind());
            double y = TOP + ROW * row + 4.0;
            double startNs = slot.startNs();
            double from = axis.x(startNs);
            double to = axis.x(startNs + slot.durationNs());
            double busy = slot.rates().isEmpty() ? to : axis.x((double) slot.busyFromNs());
            if (busy > from) {
                drawing.box(from, y, busy - from, ROW - 8, PALE, slot.label() + ": computation");
            }
            if (!slot.rates().isEmpty()) {
                String colour = COLOURS.get(row % COLOURS.size());
                drawing.box(busy, y, Math.max(LEAST_WIDTH, to - busy), ROW - 8, colour, told(slot));
            }
        }
        return drawing;
    }

    private static String told(TimedSlot slot) {
        long most =
                slot.rates().values().stream().mapToLong(Long::longValue).max().orElse(0);
        return String.format(
                Locale.ROOT,
                "%s: %d flows, %.1f us, up to %.3f Gb/s",
                slot.label(),
                slot.rates().size(),
                slot.durationNs() / NS_PER_US,
                most / 1e9);
    }
}

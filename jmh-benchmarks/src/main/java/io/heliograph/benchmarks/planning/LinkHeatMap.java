package io.heliograph.benchmarks.planning;

import io.heliograph.benchmarks.report.SvgDrawing;
import io.heliograph.benchmarks.report.SvgDrawing.Anchor;
import io.heliograph.collectives.planning.rates.FabricRoutes;
import io.heliograph.collectives.planning.rates.RateSchedule;
import java.util.List;
import java.util.Locale;

/** How busy the busiest links are foreseen to be over an iteration: a row for each, in the order of the topology, from white for idle to dark for full. */
final class LinkHeatMap {
    private static final int WIDTH = 1100;
    private static final int LEFT = 160;
    private static final int RIGHT = 110;
    private static final int TOP = 50;
    private static final int ROW = 14;
    private static final int BOTTOM = 50;
    private static final int COLUMNS = 160;
    private static final int LEGEND = 5;
    private static final int BRIGHTEST = 255;

    private LinkHeatMap() {}

    /**
     * Draws.
     *
     * @param links those that are shown
     */
    static SvgDrawing of(String name, RateSchedule schedule, FabricRoutes fabric, List<Integer> links) {
        int bottom = TOP + ROW * Math.max(links.size(), LEGEND + 1);
        SvgDrawing drawing =
                new SvgDrawing(name + ": utilisation of the busiest links over an iteration", WIDTH, bottom + BOTTOM);
        TimeAxis axis = new TimeAxis(LEFT, WIDTH - RIGHT, schedule.periodNs());
        axis.draw(drawing, TOP, bottom);
        for (int row = 0; row < links.size(); row++) {
            int link = links.get(row);
            double y = TOP + ROW * (double) row;
            drawing.text(LEFT - 8, y + 11, Anchor.END, fabric.name(link));
            for (int column = 0; column < COLUMNS; column++) {
                double fromNs = (double) schedule.periodNs() * column / COLUMNS;
                double toNs = (double) schedule.periodNs() * (column + 1) / COLUMNS;
                double part = schedule.utilisation(link, fromNs, toNs);
                if (part > 0) {
                    String told = String.format(Locale.ROOT, "%s: %.1f %%", fabric.name(link), 100 * part);
                    double x = axis.x(fromNs);
                    drawing.box(x, y, axis.x(toNs) - x, ROW - 1, colour(part), told);
                }
            }
        }
        for (int mark = 0; mark <= LEGEND; mark++) {
            double part = (double) (LEGEND - mark) / LEGEND;
            double y = TOP + ROW * (double) mark;
            drawing.box(WIDTH - RIGHT + 20, y, 20, ROW, colour(part), "");
            drawing.text(WIDTH - RIGHT + 48, y + 11, Anchor.START, String.format(Locale.ROOT, "%.0f %%", 100 * part));
        }
        return drawing;
    }

    /** From white by yellow to dark red. */
    static String colour(double part) {
        double clipped = Math.clamp(part, 0, 1);
        double red = clipped < 0.5 ? BRIGHTEST : BRIGHTEST - (clipped - 0.5) * 2 * 72;
        double green = clipped < 0.5 ? BRIGHTEST - clipped * 2 * 62 : 193 - (clipped - 0.5) * 2 * 165;
        double blue = clipped < 0.5 ? BRIGHTEST - clipped * 2 * 248 : 7 + (clipped - 0.5) * 2 * 21;
        return String.format(Locale.ROOT, "#%02x%02x%02x", (int) red, (int) green, (int) blue);
    }
}

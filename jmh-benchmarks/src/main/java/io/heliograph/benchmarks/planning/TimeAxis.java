package io.heliograph.benchmarks.planning;

import io.heliograph.benchmarks.report.SvgDrawing;
import io.heliograph.benchmarks.report.SvgDrawing.Anchor;
import java.util.Locale;

/** The time of an iteration from left to right of a drawing, with marks at round times. */
record TimeAxis(double left, double right, long periodNs) {
    private static final int MOST_MARKS = 10;
    private static final double NS_PER_US = 1e3;
    private static final int[] STEPS = {1, 2, 5};

    double x(double ns) {
        return left + (right - left) * ns / periodNs;
    }

    /** Lines from top to bottom, and times below. */
    void draw(SvgDrawing drawing, double top, double bottom) {
        double stepNs = stepNs();
        for (double ns = 0; ns <= periodNs; ns += stepNs) {
            drawing.line(x(ns), top, x(ns), bottom, "#e4e7eb");
            drawing.text(
                    x(ns),
                    bottom + 16,
                    Anchor.MIDDLE,
                    String.format(Locale.ROOT, "%.3f", ns / NS_PER_US).replaceAll("\\.?0+$", ""));
        }
        drawing.text((left + right) / 2, bottom + 34, Anchor.MIDDLE, "us");
    }

    private double stepNs() {
        double power = 1;
        while (true) {
            for (int step : STEPS) {
                if (step * power * MOST_MARKS >= periodNs) {
                    return step * power;
                }
            }
            power *= 10;
        }
    }
}

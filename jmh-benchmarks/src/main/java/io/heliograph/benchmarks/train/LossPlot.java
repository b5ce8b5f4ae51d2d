package io.heliograph.benchmarks.train;

import java.util.ArrayList;
import java.util.List;

/** Losses over steps as SVG: a line for each run. The axis of losses is logarithmic; it needs no fonts on this machine. */
final class LossPlot {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 480;
    private static final int LEFT = 70;
    private static final int RIGHT = 30;
    private static final int TOP = 60;
    private static final int BOTTOM = 60;
    private static final int COLUMNS = 10;
    private static final float LEAST_LOSS = 1e-6f;
    private static final int[] MARKS = {1, 2, 5};

    private static final String STYLE =
            "text { font-family: Helvetica, Arial, sans-serif; font-size: 13px; fill: #1f2933 } .title { font-size:"
                    + " 17px } .grid { stroke: #e4e7eb } .axis { stroke: #52606d } path { fill: none; stroke-width: 2 }"
                    + " .run0 { stroke: #c2410c } .run1 { stroke: #1d4ed8; stroke-dasharray: 7 5 }";

    private record Run(String name, LossCurve curve) {}

    private final String title;
    private final List<Run> runs = new ArrayList<>();

    LossPlot(String title) {
        this.title = title;
    }

    /** Adds a line; the second is dashed, so that one sees both where they are the same. */
    LossPlot with(String name, LossCurve curve) {
        if (runs.size() == 2) {
            throw new IllegalStateException("a plot has two lines: name=" + name);
        }
        runs.add(new Run(name, curve));
        return this;
    }

    /** The drawing. */
    String svg() {
        int steps = 1;
        double least = Double.POSITIVE_INFINITY;
        double most = LEAST_LOSS;
        for (Run run : runs) {
            steps = Math.max(steps, run.curve.steps());
            for (int step = 0; step < run.curve.steps(); step++) {
                double loss = loss(run.curve, step);
                if (Double.isFinite(loss)) {
                    least = Math.min(least, loss);
                    most = Math.max(most, loss);
                }
            }
        }
        least = Math.min(least, most / 2);
        StringBuilder svg = new StringBuilder();
        svg.append(line("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\" viewBox=\"0 0 %s %s\">"
                .formatted(WIDTH, HEIGHT, WIDTH, HEIGHT)));
        svg.append(line("<style>%s</style>".formatted(STYLE)));
        svg.append(line("<rect width=\"%s\" height=\"%s\" fill=\"white\"/>".formatted(WIDTH, HEIGHT)));
        svg.append(line("<text class=\"title\" x=\"%s\" y=\"28\">%s</text>".formatted(LEFT, escaped(title))));
        grid(svg, steps, least, most);
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            svg.append(line("<path class=\"run%s\" d=\"%s\"/>".formatted(i, path(run.curve, steps, least, most))));
            int x = WIDTH - RIGHT - 330;
            int y = TOP + 20 + 22 * i;
            svg.append(line("<path class=\"run%s\" d=\"M%s %s h 40\"/>".formatted(i, x, y - 4)));
            svg.append(line("<text x=\"%s\" y=\"%s\">%s</text>".formatted(x + 50, y, escaped(run.name))));
        }
        return svg.append("</svg>\n").toString();
    }

    private static void grid(StringBuilder svg, int steps, double least, double most) {
        for (int power = (int) Math.floor(Math.log10(least)); power <= Math.log10(most); power++) {
            for (int mark : MARKS) {
                double loss = mark * Math.pow(10, power);
                if (loss >= least && loss <= most) {
                    double y = y(loss, least, most);
                    svg.append(line("<line class=\"grid\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>"
                            .formatted(LEFT, y, WIDTH - RIGHT, y)));
                    svg.append(line("<text x=\"%s\" y=\"%s\" text-anchor=\"end\">%s</text>"
                            .formatted(LEFT - 8, rounded(y + 4), Float.toString((float) loss))));
                }
            }
        }
        int bottom = HEIGHT - BOTTOM;
        int last = -1;
        for (int column = 0; column <= COLUMNS; column++) {
            int step = (int) Math.round((double) column * (steps - 1) / COLUMNS);
            if (step == last) {
                continue;
            }
            last = step;
            svg.append(line("<text x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>"
                    .formatted(x(step, steps), bottom + 20, step + 1)));
        }
        svg.append(line(
                "<line class=\"axis\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>".formatted(LEFT, TOP, LEFT, bottom)));
        svg.append(line("<line class=\"axis\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>"
                .formatted(LEFT, bottom, WIDTH - RIGHT, bottom)));
        svg.append(line("<text x=\"%s\" y=\"%s\" text-anchor=\"middle\">step</text>"
                .formatted((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 15)));
        svg.append(line("<text x=\"%s\" y=\"%s\">loss</text>".formatted(LEFT - 50, TOP - 12)));
    }

    private static String path(LossCurve curve, int steps, double least, double most) {
        StringBuilder path = new StringBuilder();
        boolean pen = false;
        for (int step = 0; step < curve.steps(); step++) {
            double loss = loss(curve, step);
            if (Double.isFinite(loss)) {
                path.append(pen ? 'L' : 'M').append(x(step, steps)).append(' ').append(y(loss, least, most));
            }
            pen = Double.isFinite(loss);
        }
        return path.toString();
    }

    private static double loss(LossCurve curve, int step) {
        return Math.max(LEAST_LOSS, curve.loss(step));
    }

    private static double x(int step, int steps) {
        return rounded(LEFT + (double) step / Math.max(1, steps - 1) * (WIDTH - LEFT - RIGHT));
    }

    private static double y(double loss, double least, double most) {
        double part = (Math.log(loss) - Math.log(least)) / (Math.log(most) - Math.log(least));
        return rounded(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM));
    }

    /** To a tenth, which Java writes the same in every country. */
    private static double rounded(double value) {
        return Math.round(10 * value) / 10.0;
    }

    private static String line(String text) {
        return text + "\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}

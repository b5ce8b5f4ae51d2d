package io.heliograph.benchmarks.collective;

import java.util.ArrayList;
import java.util.List;

/** Bus bandwidth over size as SVG: a line each for out of place, in place and what the memory would allow. Both axes are logarithmic; it needs no fonts on this machine. */
final class BandwidthPlot {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 480;
    private static final int LEFT = 70;
    private static final int RIGHT = 30;
    private static final int TOP = 60;
    private static final int BOTTOM = 60;
    private static final int LEGEND_WIDTH = 300;
    private static final int[] MARKS = {1, 2, 5};
    private static final int MOST_LABELS = 12;
    private static final String UNITS = "KMGT";
    private static final int BITS_PER_UNIT = 10;

    private static final String STYLE =
            "text { font-family: Helvetica, Arial, sans-serif; font-size: 13px; fill: #1f2933 } .title { font-size:"
                    + " 17px } .grid { stroke: #e4e7eb } .axis { stroke: #52606d } path { fill: none; stroke-width: 2 }"
                    + " .line0 { stroke: #c2410c } .line1 { stroke: #1d4ed8 } .line2 { stroke: #52606d;"
                    + " stroke-dasharray: 7 5 }";

    /** Bandwidth at a size. */
    private record Point(long sizeBytes, double gigabytesPerSecond) {}

    private final String title;
    private final List<Point> outOfPlace = new ArrayList<>();
    private final List<Point> inPlace = new ArrayList<>();
    private final List<Point> limit = new ArrayList<>();

    BandwidthPlot(String title) {
        this.title = title;
    }

    /** Adds a size; what is not above 0 has no place on the axis and is left out. */
    void add(Row row) {
        add(outOfPlace, row.sizeBytes(), row.outOfPlace().busBandwidth());
        Figures once = row.inPlace();
        if (once != null) {
            add(inPlace, row.sizeBytes(), once.busBandwidth());
        }
        if (row.outOfPlace().isLimited()) {
            add(limit, row.sizeBytes(), row.outOfPlace().busBandwidthLimit());
        }
    }

    private static void add(List<Point> line, long sizeBytes, double gigabytesPerSecond) {
        if (gigabytesPerSecond > 0 && Double.isFinite(gigabytesPerSecond) && sizeBytes > 0) {
            line.add(new Point(sizeBytes, gigabytesPerSecond));
        }
    }

    /** The drawing. */
    String svg() {
        List<Point> all = new ArrayList<>(outOfPlace);
        all.addAll(inPlace);
        all.addAll(limit);
        double least = all.stream().mapToDouble(Point::gigabytesPerSecond).min().orElse(1);
        double most = all.stream().mapToDouble(Point::gigabytesPerSecond).max().orElse(1);
        long first = all.stream().mapToLong(Point::sizeBytes).min().orElse(1);
        long last = all.stream().mapToLong(Point::sizeBytes).max().orElse(1);
        Axis x = new Axis(first, Math.max(last, 2 * first), LEFT, WIDTH - RIGHT);
        Axis y = new Axis(Math.min(least, most / 2), most, HEIGHT - BOTTOM, TOP);
        StringBuilder svg = new StringBuilder();
        line(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\" viewBox=\"0 0 %s %s\">"
                        .formatted(WIDTH, HEIGHT, WIDTH, HEIGHT));
        line(svg, "<style>%s</style>".formatted(STYLE));
        line(svg, "<rect width=\"%s\" height=\"%s\" fill=\"white\"/>".formatted(WIDTH, HEIGHT));
        line(svg, "<text class=\"title\" x=\"%s\" y=\"28\">%s</text>".formatted(LEFT, escaped(title)));
        grid(svg, x, y);
        draw(svg, 0, "out of place", outOfPlace, x, y);
        draw(svg, 1, "in place", inPlace, x, y);
        draw(svg, 2, "what the memory would allow", limit, x, y);
        return svg.append("</svg>\n").toString();
    }

    private void grid(StringBuilder svg, Axis x, Axis y) {
        int bottom = HEIGHT - BOTTOM;
        for (int power = (int) Math.floor(Math.log10(y.least)); power <= Math.log10(y.most); power++) {
            for (int mark : MARKS) {
                double value = mark * Math.pow(10, power);
                if (value >= y.least && value <= y.most) {
                    double at = y.at(value);
                    line(
                            svg,
                            "<line class=\"grid\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>"
                                    .formatted(LEFT, at, WIDTH - RIGHT, at));
                    line(
                            svg,
                            "<text x=\"%s\" y=\"%s\" text-anchor=\"end\">%s</text>"
                                    .formatted(LEFT - 8, rounded(at + 4), Float.toString((float) value)));
                }
            }
        }
        int every = outOfPlace.size() / MOST_LABELS + 1;
        for (int i = 0; i < outOfPlace.size(); i += every) {
            long size = outOfPlace.get(i).sizeBytes();
            line(
                    svg,
                    "<text x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>"
                            .formatted(x.at((double) size), bottom + 20, bytes(size)));
        }
        line(svg, "<line class=\"axis\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>".formatted(LEFT, TOP, LEFT, bottom));
        line(
                svg,
                "<line class=\"axis\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>"
                        .formatted(LEFT, bottom, WIDTH - RIGHT, bottom));
        line(
                svg,
                "<text x=\"%s\" y=\"%s\" text-anchor=\"middle\">size, bytes</text>"
                        .formatted((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 15));
        line(svg, "<text x=\"%s\" y=\"%s\">bus bandwidth, GB/s</text>".formatted(LEFT - 50, TOP - 12));
    }

    private static void draw(StringBuilder svg, int number, String name, List<Point> points, Axis x, Axis y) {
        if (points.isEmpty()) {
            return;
        }
        StringBuilder path = new StringBuilder();
        for (Point point : points) {
            path.append(path.isEmpty() ? 'M' : 'L')
                    .append(x.at((double) point.sizeBytes()))
                    .append(' ')
                    .append(y.at(point.gigabytesPerSecond()));
        }
        line(svg, "<path class=\"line%s\" d=\"%s\"/>".formatted(number, path));
        int legendX = WIDTH - RIGHT - LEGEND_WIDTH;
        int legendY = HEIGHT - BOTTOM - 60 + 20 * number;
        line(svg, "<path class=\"line%s\" d=\"M%s %s h 40\"/>".formatted(number, legendX, legendY - 4));
        line(svg, "<text x=\"%s\" y=\"%s\">%s</text>".formatted(legendX + 50, legendY, name));
    }

    /** 1048576 as 1M. */
    private static String bytes(long size) {
        long value = size;
        int unit = 0;
        while (value >= 1 << BITS_PER_UNIT && value % (1 << BITS_PER_UNIT) == 0 && unit < UNITS.length()) {
            value >>= BITS_PER_UNIT;
            unit++;
        }
        return value + (unit == 0 ? "" : UNITS.substring(unit - 1, unit));
    }

    /** A logarithmic axis between two places of the drawing. */
    private record Axis(double least, double most, double from, double to) {
        double at(double value) {
            double part = (Math.log(value) - Math.log(least)) / (Math.log(most) - Math.log(least));
            return rounded(from + part * (to - from));
        }
    }

    /** To a tenth, which Java writes the same in every country. */
    private static double rounded(double value) {
        return Math.round(10 * value) / 10.0;
    }

    private static void line(StringBuilder svg, String text) {
        svg.append(text).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}

package io.heliograph.benchmarks.offload;

import io.heliograph.offload.optcam.MatchErrors;
import java.awt.Color;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Points of a sweep over width and noise, in series: written as CSV, drawn as error rate over width. */
public final class ErrorSweep {

    private static final int CHART_WIDTH = 900;
    private static final int CHART_HEIGHT = 480;

    static {
        // Draws to files, also where there is no display.
        System.setProperty("java.awt.headless", "true");
    }

    private final Map<String, List<MatchErrors.Point>> series = new LinkedHashMap<>();

    /** Adds a point to a series. */
    public void add(String name, MatchErrors.Point point) {
        series.computeIfAbsent(name, _ -> new ArrayList<>()).add(point);
    }

    /**
     * Writes {@code series,width,lookups,missed,wrongly_matched,rate}.
     *
     * @throws IOException if the file cannot be written
     */
    public void writeCsv(Path file) throws IOException {
        try (Writer rows = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
            rows.append("series,width,lookups,missed,wrongly_matched,rate\n");
            for (Map.Entry<String, List<MatchErrors.Point>> each : series.entrySet()) {
                for (MatchErrors.Point point : each.getValue()) {
                    rows.append(String.format(
                            Locale.ROOT,
                            "%s,%d,%d,%d,%d,%.3g%n",
                            each.getKey(),
                            point.setup().width(),
                            point.lookups(),
                            point.missed(),
                            point.wronglyMatched(),
                            point.rate()));
                }
            }
        }
    }

    /**
     * Draws it as PNG. Points without an error are drawn where half an error would be.
     *
     * @throws IOException if the file cannot be written, or text cannot be drawn
     */
    public void draw(Path file, String title) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(CHART_WIDTH)
                .height(CHART_HEIGHT)
                .title(title)
                .xAxisTitle("width in bits")
                .yAxisTitle("wrong lookups; without any: half of one")
                .build();
        chart.getStyler()
                .setYAxisLogarithmic(true)
                .setYAxisMax(1.0)
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false);
        for (Map.Entry<String, List<MatchErrors.Point>> each : series.entrySet()) {
            List<MatchErrors.Point> points = each.getValue();
            double[] widths = new double[points.size()];
            double[] rates = new double[points.size()];
            for (int k = 0; k < points.size(); k++) {
                widths[k] = points.get(k).setup().width();
                rates[k] = Math.max((double) points.get(k).errors(), 0.5)
                        / points.get(k).lookups();
            }
            chart.addSeries(each.getKey(), widths, rates);
        }
        try {
            BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
        } catch (InternalError | LinkageError e) {
            // How Java2D says that fontconfig, freetype or all fonts are missing.
            throw new IOException("cannot draw text: install fontconfig and a font such as DejaVu: " + e, e);
        }
    }
}

package io.heliograph.benchmarks.emulator;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.emulator.experiment.FlowTimes;
import io.heliograph.emulator.experiment.LinkSeries;
import io.heliograph.emulator.experiment.ModeSummary;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws an experiment: {@code NAME-fct.png}, the distribution of flow completion times of all modes; {@code NAME-queue.png}, the deepest queue of a switch over time, of the first seed; and {@code NAME-MODE-links.png}, which part of the time the busiest
 * links are busy, over time, of the first seed.
 */
final class Plots {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 480;
    private static final int MOST_POINTS = 200;
    private static final int MOST_LINKS = 48;
    private static final int MOST_COLUMNS = 120;
    private static final double INVISIBLE = 1e-4;
    private static final double PS_PER_US = 1e6;
    private static final double KIB = 1024;

    static {
        // Draws to files, also where there is no display.
        System.setProperty("java.awt.headless", "true");
    }

    private final Path directory;
    private final String name;

    /** Plots of an experiment file, into a directory that exists. */
    Plots(Path directory, Path experiment) {
        this.directory = directory;
        Path file = experiment.getFileName();
        name = fileName((file == null ? "experiment" : file.toString()).replaceFirst("\\.ya?ml$", ""));
    }

    /** A text as a file name: what is not a letter, digit, dot or hyphen becomes a hyphen. */
    static String fileName(String text) {
        return text.replaceAll("[^A-Za-z0-9.-]+", "-");
    }

    /**
     * Draws all.
     *
     * @throws EnvironmentException if a file cannot be written, or there are no fonts
     */
    void draw(List<ModeSummary> summaries) {
        try {
            completionTimes(summaries);
            queues(summaries);
            for (ModeSummary each : summaries) {
                LinkSeries series = each.runs().getFirst().series();
                if (series != null && series.sampler().samples() > 0) {
                    links(each.mode(), series);
                }
            }
        } catch (IOException e) {
            throw new EnvironmentException("cannot draw into " + directory + ": " + e, e);
        } catch (InternalError | LinkageError e) {
            // How Java2D says that fontconfig, freetype or all fonts are missing.
            throw new EnvironmentException(
                    "cannot draw text: install fontconfig and a font such as DejaVu, or leave out --plots: " + e, e);
        }
    }

    private static XYChart chart(String title, String x, String y) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        chart.getStyler()
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false);
        return chart;
    }

    private static void add(XYChart chart, String mode, double[] x, double[] y) {
        XYSeries series = chart.addSeries(mode, x, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineWidth(1.5f);
    }

    private void save(XYChart chart, String kind) throws IOException {
        BitmapEncoder.saveBitmap(
                chart, directory.resolve(name + "-" + kind + ".png").toString(), BitmapFormat.PNG);
    }

    private void completionTimes(List<ModeSummary> summaries) throws IOException {
        XYChart chart = chart(name + ": flow completion times", "us", "part of the messages");
        boolean any = false;
        double least = Double.POSITIVE_INFINITY;
        double greatest = 0;
        for (ModeSummary each : summaries) {
            FlowTimes times = each.times();
            if (times.count() == 0) {
                continue;
            }
            any = true;
            int points = Math.min(times.count(), MOST_POINTS);
            double[] x = new double[points + 2];
            double[] y = new double[points + 2];
            x[0] = times.ps(0) / PS_PER_US;
            x[1] = x[0];
            // Values at equal distances would each get a label.
            y[1] = INVISIBLE;
            for (int i = 1; i <= points; i++) {
                int rank = (int) ((long) i * times.count() / points);
                x[i + 1] = times.ps(rank - 1) / PS_PER_US;
                y[i + 1] = (double) rank / times.count();
            }
            least = Math.min(least, x[0]);
            greatest = Math.max(greatest, x[points + 1]);
            add(chart, each.mode(), x, y);
        }
        if (any) {
            // A tail that is far away would press all else against the axis.
            chart.getStyler().setXAxisLogarithmic(greatest > 20 * least);
            save(chart, "fct");
        }
    }

    private void queues(List<ModeSummary> summaries) throws IOException {
        XYChart chart = chart(name + ": deepest queue of a switch", "us", "KiB");
        boolean any = false;
        double leastEnd = Double.POSITIVE_INFINITY;
        double greatestEnd = 0;
        for (ModeSummary each : summaries) {
            LinkSeries series = each.runs().getFirst().series();
            if (series == null || series.sampler().samples() == 0) {
                continue;
            }
            any = true;
            int samples = series.sampler().samples();
            int columns = Math.min(samples, 2 * MOST_POINTS);
            double[] x = new double[columns];
            double[] y = new double[columns];
            for (int column = 0; column < columns; column++) {
                int end = (int) ((column + 1L) * samples / columns);
                for (int sample = (int) ((long) column * samples / columns); sample < end; sample++) {
                    y[column] = Math.max(y[column], deepest(series, sample) / KIB);
                }
                x[column] = series.timePs(end - 1) / PS_PER_US;
            }
            leastEnd = Math.min(leastEnd, x[columns - 1]);
            greatestEnd = Math.max(greatestEnd, x[columns - 1]);
            add(chart, each.mode(), x, y);
        }
        if (any) {
            chart.getStyler().setXAxisLogarithmic(greatestEnd > 5 * leastEnd);
            save(chart, "queue");
        }
    }

    private static double deepest(LinkSeries series, int sample) {
        long deepest = 0;
        for (int link = 0; link < series.names().size(); link++) {
            if (series.fromSwitch().get(link)) {
                deepest = Math.max(deepest, series.sampler().queuedBytes(sample, link));
            }
        }
        return deepest;
    }

    private void links(String mode, LinkSeries series) throws IOException {
        int samples = series.sampler().samples();
        double[] busy = new double[series.names().size()];
        for (int link = 0; link < busy.length; link++) {
            for (int sample = 0; sample < samples; sample++) {
                busy[link] += series.sampler().utilisation(sample, link);
            }
        }
        // The busiest, in the order of the topology.
        List<Integer> shown = IntStream.range(0, busy.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer link) -> -busy[link]))
                .limit(MOST_LINKS)
                .sorted()
                .toList();
        int columns = Math.min(samples, MOST_COLUMNS);
        List<String> x = new ArrayList<>();
        List<Number[]> cells = new ArrayList<>();
        for (int column = 0; column < columns; column++) {
            int begin = (int) ((long) column * samples / columns);
            int end = (int) ((column + 1L) * samples / columns);
            x.add(String.format(Locale.ROOT, "%.0f", series.timePs(end - 1) / PS_PER_US));
            for (int row = 0; row < shown.size(); row++) {
                double sum = 0;
                for (int sample = begin; sample < end; sample++) {
                    sum += series.sampler().utilisation(sample, shown.get(row));
                }
                cells.add(new Number[] {column, row, 100 * sum / (end - begin)});
            }
        }
        HeatMapChart chart = new HeatMapChartBuilder()
                .width(WIDTH)
                .height(Math.max(HEIGHT, 120 + 14 * shown.size()))
                .title(name + ", " + mode + ": utilisation of the busiest links, %")
                .xAxisTitle("us")
                .build();
        chart.getStyler()
                .setMin(0)
                .setMax(100)
                .setRangeColors(new Color[] {Color.WHITE, new Color(0xFFC107), new Color(0xB71C1C)})
                .setXAxisMaxLabelCount(12)
                .setChartBackgroundColor(Color.WHITE);
        chart.addSeries(
                "utilisation", x, shown.stream().map(series.names()::get).toList(), cells);
        BitmapEncoder.saveBitmap(
                chart,
                directory.resolve(name + "-" + fileName(mode) + "-links.png").toString(),
                BitmapFormat.PNG);
    }
}

package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.offload.LocalInference;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.offload.energy.DeviceDescription;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.QuantizedNetwork;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code helio infer --local} with a model that the datapath runs: each image in turn, and what came of it.
 *
 * @param spec of the command
 * @param inference that is asked
 * @param network that it runs
 * @param device whose energy is counted
 * @param images what to ask for
 * @param total of the images, from the first on
 * @param stepped whether every cycle of every image is
 * @param csv gets a row an image, or null
 */
record LocalInferRun(
        CommandSpec spec,
        LocalInference inference,
        QuantizedNetwork network,
        DeviceDescription device,
        ImageSet images,
        int total,
        boolean stepped,
        @Nullable Path csv) {

    private static final double NS_PER_SECOND = 1e9;
    private static final double NS_PER_US = 1e3;
    private static final double MICRO = 1e6;

    /** What a run found; cycles, time and energy are of the last query that was answered. */
    private record Tally(
            int images,
            int unanswered,
            int right,
            long overall,
            long compute,
            double emulatedUs,
            double energyMicrojoules,
            double wallSeconds) {}

    /** Runs, prints and adds to the report; the exit code. */
    int run(RunReport report) throws IOException {
        Tally tally = ask();
        print(tally);
        add(report, tally);
        if (tally.unanswered() == 0) {
            return Helio.PASSED;
        }
        spec.commandLine()
                .getErr()
                .println("helio: no answer for " + tally.unanswered()
                        + " images (class -1): noise hides their preamble");
        return Helio.FAILED;
    }

    private Tally ask() throws IOException {
        AtomicLong done = new AtomicLong();
        int right = 0;
        int unanswered = 0;
        long overall = 0;
        long compute = 0;
        long startNs = System.nanoTime();
        try (Writer rows = csv == null ? Writer.nullWriter() : Files.newBufferedWriter(csv, StandardCharsets.US_ASCII);
                ScheduleProgress _ = ScheduleProgress.ifTerminal("images", (long) total, done::get)) {
            StringBuilder row = new StringBuilder("image,class");
            for (int output = 0; output < network.outputs(); output++) {
                row.append(",s").append(output);
            }
            rows.append(row.append(",overall,compute,datapath\n"));
            for (int image = 0; image < total; image++) {
                int answer = inference.infer(images.image(image));
                row.setLength(0);
                row.append(image);
                if (answer < 0) {
                    unanswered++;
                    row.append(",-1").append(",".repeat(network.outputs() + 3));
                } else {
                    right += images.isLabelled() && answer == images.label(image) ? 1 : 0;
                    overall = inference.overallCycles();
                    compute = inference.computeCycles();
                    append(row, answer, overall, compute);
                }
                rows.append(row.append('\n'));
                done.lazySet(image + 1L);
            }
        }
        double wallSeconds = (System.nanoTime() - startNs) / NS_PER_SECOND;
        boolean answered = unanswered < total;
        return new Tally(
                total,
                unanswered,
                right,
                overall,
                compute,
                answered ? inference.timeOf(overall).nanoseconds() / NS_PER_US : 0,
                answered ? inference.costOf(overall, device).total().totalJoules() * MICRO : 0,
                wallSeconds);
    }

    private void append(StringBuilder row, int answer, long overall, long compute) {
        row.append(',').append(answer);
        for (int output = 0; output < network.outputs(); output++) {
            row.append(',').append(inference.sum(output));
        }
        row.append(',').append(overall).append(',').append(compute).append(',').append(overall - compute);
    }

    private void print(Tally tally) {
        PrintWriter out = spec.commandLine().getOut();
        Table emulated = new Table(
                out,
                new Column("images", "%d", 8),
                new Column("right", "%d", 8),
                new Column("accuracy[%]", "%.2f", 12),
                new Column("overall", "%d", 9),
                new Column("compute", "%d", 9),
                new Column("datapath", "%d", 9),
                new Column("emulated[us]", "%.3f", 13),
                new Column("energy[uJ]", "%.3f", 11));
        out.println("emulated time, cycles of a query, and its energy");
        emulated.printTitles();
        emulated.printRow(
                tally.images(),
                images.isLabelled() ? tally.right() : "-",
                images.isLabelled() ? (Object) (tally.right() * 100.0 / tally.images()) : "-",
                tally.overall(),
                tally.compute(),
                tally.overall() - tally.compute(),
                tally.emulatedUs(),
                tally.energyMicrojoules());
        out.println();
        out.println("wall time, of this software on one thread");
        Table wall = new Table(
                out,
                new Column("wall[s]", "%.2f", 8),
                new Column("images/s", "%.1f", 10),
                new Column("stepped cycles/s", "%.0f", 18));
        wall.printTitles();
        wall.printRow(
                tally.wallSeconds(),
                tally.images() / tally.wallSeconds(),
                stepped ? (Object) (tally.images() * (double) tally.overall() / tally.wallSeconds()) : "-");
    }

    private void add(RunReport report, Tally tally) {
        var row = report.addResult()
                .put("images", tally.images())
                .put("unanswered", tally.unanswered())
                .put("emulatedOverallCycles", tally.overall())
                .put("emulatedComputeCycles", tally.compute())
                .put("emulatedDatapathCycles", tally.overall() - tally.compute())
                .put("emulatedMicrosecondsPerQuery", tally.emulatedUs())
                .put("energyMicrojoulesPerQuery", tally.energyMicrojoules())
                .put("wallSeconds", tally.wallSeconds())
                .put("imagesPerWallSecond", tally.images() / tally.wallSeconds());
        if (images.isLabelled()) {
            row.put("right", tally.right()).put("accuracyPercent", tally.right() * 100.0 / tally.images());
        }
        if (stepped) {
            row.put("steppedCyclesPerWallSecond", tally.images() * (double) tally.overall() / tally.wallSeconds());
        }
    }
}

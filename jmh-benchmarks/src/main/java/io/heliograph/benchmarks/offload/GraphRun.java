package io.heliograph.benchmarks.offload;

import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.offload.graph.GraphInference;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.modelfile.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Images through a graph that no datapath runs: its integer semantics straight, without cycles. */
public final class GraphRun {

    private static final double NS_PER_SECOND = 1e9;

    private GraphRun() {}

    /**
     * Runs the first images, prints a table and adds it to the report.
     *
     * @param csv gets a row an image, {@code image,class,s0,...}
     * @throws IOException if that cannot be written
     */
    public static void run(
            PrintWriter out, Model.Graph model, ImageSet images, int total, @Nullable Path csv, RunReport report)
            throws IOException {
        GraphInference inference = new GraphInference(model.graph());
        int right = 0;
        long wrapped = 0;
        long startNs = System.nanoTime();
        try (Writer rows =
                csv == null ? Writer.nullWriter() : Files.newBufferedWriter(csv, StandardCharsets.US_ASCII)) {
            StringBuilder row = new StringBuilder("image,class");
            for (int output = 0; output < model.outputs(); output++) {
                row.append(",s").append(output);
            }
            rows.append(row.append('\n'));
            for (int image = 0; image < total; image++) {
                int answer = inference.infer(images.image(image));
                right += images.isLabelled() && answer == images.label(image) ? 1 : 0;
                wrapped += inference.wrapped();
                row.setLength(0);
                row.append(image).append(',').append(answer);
                for (int output = 0; output < model.outputs(); output++) {
                    row.append(',').append(inference.sum(output));
                }
                rows.append(row.append('\n'));
            }
        }
        double wallSeconds = (System.nanoTime() - startNs) / NS_PER_SECOND;
        out.println("integers computed straight, no cycles: " + model.obstacle());
        Table table = new Table(
                out,
                new Column("images", "%d", 8),
                new Column("right", "%d", 8),
                new Column("accuracy[%]", "%.2f", 12),
                new Column("sums wrapped", "%d", 12),
                new Column("wall[s]", "%.2f", 8),
                new Column("images/s", "%.1f", 10));
        table.printTitles();
        table.printRow(
                total,
                images.isLabelled() ? (Object) right : "-",
                images.isLabelled() ? (Object) (right * 100.0 / total) : "-",
                wrapped,
                wallSeconds,
                total / wallSeconds);
        var result = report.addResult()
                .put("images", total)
                .put("sumsWrapped", wrapped)
                .put("wallSeconds", wallSeconds)
                .put("imagesPerWallSecond", total / wallSeconds);
        if (images.isLabelled()) {
            result.put("right", right).put("accuracyPercent", right * 100.0 / total);
        }
    }
}

package io.heliograph.benchmarks.offload;

import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.energy.DeviceDescription;
import io.heliograph.offload.energy.QueryCost;
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
    private static final double MICRO = 1e6;

    private GraphRun() {}

    /**
     * Runs the first images, prints a table and adds it to the report.
     *
     * @param device whose energy is counted, for the linear operators alone
     * @param csv gets a row an image, {@code image,class,s0,...}
     * @throws IOException if that cannot be written
     */
    public static void run(
            PrintWriter out,
            Model.Graph model,
            DeviceDescription device,
            ImageSet images,
            int total,
            @Nullable Path csv,
            RunReport report)
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
        EmulatorConfig prototype = EmulatorConfig.LIGHTNING;
        double microjoules =
                QueryCost.of(model.graph(), device, prototype.lanes(), prototype.sampleRateHz() / prototype.lanes())
                                .total()
                                .totalJoules()
                        * MICRO;
        out.println("integers computed straight, no cycles: " + model.obstacle());
        out.println("the energy is that of the linear operators alone, one after the other");
        Table table = new Table(
                out,
                new Column("images", "%d", 8),
                new Column("right", "%d", 8),
                new Column("accuracy[%]", "%.2f", 12),
                new Column("sums wrapped", "%d", 12),
                new Column("energy[uJ]", "%.3f", 11),
                new Column("wall[s]", "%.2f", 8),
                new Column("images/s", "%.1f", 10));
        table.printTitles();
        table.printRow(
                total,
                images.isLabelled() ? (Object) right : "-",
                images.isLabelled() ? (Object) (right * 100.0 / total) : "-",
                wrapped,
                microjoules,
                wallSeconds,
                total / wallSeconds);
        var result = report.addResult()
                .put("images", total)
                .put("sumsWrapped", wrapped)
                .put("energyMicrojoulesPerQuery", microjoules)
                .put("wallSeconds", wallSeconds)
                .put("imagesPerWallSecond", total / wallSeconds);
        if (images.isLabelled()) {
            result.put("right", right).put("accuracyPercent", right * 100.0 / total);
        }
    }
}

package io.heliograph.benchmarks.offload;

import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.offload.graph.Operator;
import io.heliograph.offload.graph.QuantizedGraph;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.NetworkFile;
import io.heliograph.offload.model.Pooling;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.modelfile.Model;
import io.heliograph.offload.onnx.OnnxWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio model}: what a model file holds, and the same model as another kind of file. */
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        description = {
            "Lists a model's operators after quantisation and says whether the datapath runs it; converts it.",
            "",
            "A graph that the datapath does not run (one with branches, say) is run by helio infer --local, whose integers"
                    + " are those of the photonic core.",
            ""
        },
        footer = {"%nExample:", "  helio model --onnx digits.onnx", "  helio model --model cnn.onnx"})
public final class ModelCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private ModelOptions models;

    @Option(names = "--onnx", paramLabel = "FILE", description = "Writes it as ONNX, in float.")
    @Nullable
    private Path onnx;

    @Option(names = "--out", paramLabel = "FILE", description = "Writes it as Heliograph's own model file.")
    @Nullable
    private Path file;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the list as JSON as well.")
    @Nullable
    private Path json;

    /** Made by the command line. */
    public ModelCommand() {}

    @Override
    public Integer call() {
        RunReport report = new RunReport(
                spec.name(), spec.root().commandLine().getParseResult().originalArgs());
        try (Arena arena = Arena.ofConfined()) {
            Model model = models.load(arena);
            PrintWriter out = spec.commandLine().getOut();
            out.println(String.format(
                    Locale.ROOT,
                    "%s: %d inputs, %d outputs, %d multiplications a query",
                    model.name(),
                    model.inputs(),
                    model.outputs(),
                    model.multiplications()));
            switch (model) {
                case Model.Chain(QuantizedNetwork network) -> {
                    list(network, report);
                    out.println("datapath: yes");
                    if (onnx != null && network.pools()) {
                        throw new ParameterException(
                                spec.commandLine(),
                                "--onnx writes chains of dense layers; this one pools, and its neurons stand in the order of its windows");
                    }
                    if (onnx != null) {
                        Files.write(onnx, OnnxWriter.write(OnnxWriter.modelOf(network)));
                    }
                    if (file != null) {
                        Files.write(file, NetworkFile.write(network));
                    }
                }
                case Model.Graph graph -> {
                    list(graph.graph(), report);
                    out.println("datapath: no, " + graph.obstacle());
                    if (onnx != null || file != null) {
                        throw new ParameterException(
                                spec.commandLine(),
                                "--onnx and --out write chains of dense layers; " + graph.obstacle());
                    }
                }
            }
            out.flush();
            if (json != null) {
                report.passed(true).write(json);
            }
            return 0;
        } catch (IOException e) {
            throw new EnvironmentException("cannot write the model: " + e.getMessage(), e);
        }
    }

    private Table table() {
        Table table = new Table(
                spec.commandLine().getOut(),
                new Column("operator", "%s", -16),
                new Column("kind", "%s", -12),
                new Column("outputs", "%d", 9),
                new Column("weights", "%d", 10),
                new Column("nonzero", "%d", 10),
                new Column("largest", "%d", 8),
                new Column("scale", "%.6f", 12));
        table.printTitles();
        return table;
    }

    private void list(QuantizedNetwork network, RunReport report) {
        Table table = table();
        for (int k = 0; k < network.layers().size(); k++) {
            DenseLayer layer = network.layers().get(k);
            row(
                    table,
                    report,
                    "layer " + (k + 1),
                    kind(layer.pooling()),
                    layer.outputs(),
                    layer,
                    k == 0 ? network.scale() : null);
        }
    }

    private static String kind(Pooling pooling) {
        return !pooling.pools() ? "dense" : "dense/" + (pooling.average() ? "mean " : "max ") + pooling.window();
    }

    private void list(QuantizedGraph graph, RunReport report) {
        Table table = table();
        List<Operator> operators = graph.graph().operators();
        for (int k = 0; k < operators.size(); k++) {
            Operator operator = operators.get(k);
            QuantizedGraph.Weights weights = graph.weights().get(k);
            row(
                    table,
                    report,
                    operator.name(),
                    operator.getClass().getSimpleName().toLowerCase(Locale.ROOT),
                    operator.outputs(),
                    weights == null ? null : weights.layer(),
                    weights == null ? null : weights.scale());
        }
    }

    private static void row(
            Table table,
            RunReport report,
            String name,
            String kind,
            int outputs,
            @Nullable DenseLayer layer,
            @Nullable Double scale) {
        var result = report.addResult().put("operator", name).put("kind", kind).put("outputs", outputs);
        if (layer == null) {
            table.printRow(name, kind, outputs, "-", "-", "-", "-");
            return;
        }
        long nonzero = 0;
        int largest = 0;
        for (int output = 0; output < layer.outputs(); output++) {
            for (int input = 0; input < layer.inputs(); input++) {
                int weight = layer.weight(output, input);
                nonzero += weight == 0 ? 0 : 1;
                largest = Math.max(largest, Math.abs(weight));
            }
        }
        long count = (long) layer.inputs() * layer.outputs();
        table.printRow(name, kind, outputs, count, nonzero, largest, scale == null ? (Object) "-" : scale);
        result.put("weights", count).put("nonzero", nonzero).put("largest", largest);
        if (scale != null) {
            result.put("scale", scale);
        }
    }
}

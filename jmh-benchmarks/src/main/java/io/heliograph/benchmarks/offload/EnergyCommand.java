package io.heliograph.benchmarks.offload;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.energy.DeviceDescription;
import io.heliograph.offload.energy.EnergyConstant;
import io.heliograph.offload.energy.Part;
import io.heliograph.offload.energy.QueryCost;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.modelfile.Model;
import io.heliograph.offload.noise.NoiseModel;
import io.heliograph.offload.servetime.Accelerator;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** {@code helio energy}: what a query costs a photonic device, layer by layer. */
@Command(
        name = "energy",
        mixinStandardHelpOptions = true,
        description = {
            "Energy and emulated time of one query, for each layer and each part of the device.",
            "",
            "The device is a file of constants, each with its source; without one it is LIGHTNING's prototype of"
                    + " published parts. Cycles are stepped where the datapath runs the model, and counted for the linear"
                    + " operators alone where it does not.",
            ""
        },
        footer = {"%nExample:", "  helio energy --lightning-weights lenet --device mine.csv --json energy.json"})
public final class EnergyCommand implements Callable<Integer> {

    private static final double PICO = 1e12;
    private static final double NANO = 1e9;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private ModelOptions models;

    @Mixin
    private DeviceOption described = new DeviceOption();

    @Mixin
    private WavelengthsOption wavelengthsOption = new WavelengthsOption();

    @Option(names = "--constants", description = "Lists the constants and their sources.")
    private boolean constants;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    @Nullable
    private Path json;

    /** Made by the command line. */
    public EnergyCommand() {}

    @Override
    public Integer call() {
        DeviceDescription device = described.load();
        int wavelengths = wavelengthsOption.count();
        EmulatorConfig prototype = EmulatorConfig.LIGHTNING;
        int lanes = prototype.lanes();
        long clockHz = prototype.sampleRateHz() / lanes;
        try (Arena arena = Arena.ofConfined()) {
            Model model = models.load(arena);
            if (model instanceof Model.Graph && wavelengths != 1) {
                throw new ParameterException(
                        spec.commandLine(), "--wavelengths is for models that the datapath runs: leave it out");
            }
            QueryCost cost = switch (model) {
                case Model.Chain(QuantizedNetwork network) -> cost(network, wavelengths, device);
                case Model.Graph graph -> QueryCost.of(graph.graph(), device, lanes, clockHz);
            };
            Banner banner = new Banner("helio energy: what a query costs a photonic device")
                    .with("model", model.name())
                    .with("device", device.name())
                    .with("lanes", lanes)
                    .with("wavelengths", wavelengths)
                    .with("clock [MHz]", String.format(Locale.ROOT, "%.4f", clockHz / 1e6))
                    .with("cycles", model instanceof Model.Chain ? "stepped" : "linear operators alone, counted")
                    .with("JSON", json == null ? "none" : json);
            banner.print(out());
            RunReport report = new RunReport(
                            spec.name(),
                            spec.root().commandLine().getParseResult().originalArgs())
                    .options(banner);
            if (constants) {
                list(device);
            }
            print(cost, report);
            compare(cost.total());
            if (json != null) {
                report.passed(true).write(json);
            }
            return 0;
        }
    }

    private QueryCost cost(QuantizedNetwork network, int wavelengths, DeviceDescription device) {
        try (LocalInference inference = new LocalInference(network, wavelengths, new NoiseModel.None(), 0, false)) {
            return inference.costOf(inference.overallCycles(), device);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void list(DeviceDescription device) {
        Table table = new Table(
                out(),
                new Column("constant", "%s", -21),
                new Column("value", "%s", 9),
                new Column("unit", "%s", -14),
                new Column("source", "%s", -10));
        table.printTitles();
        for (EnergyConstant constant : EnergyConstant.values()) {
            DeviceDescription.Entry entry = device.entry(constant);
            table.printRow(constant.text(), Double.toString(entry.value()), constant.unit(), entry.source());
        }
        out().println();
    }

    private void print(QueryCost cost, RunReport report) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("layer", "%s", -12));
        columns.add(new Column("MACs", "%d", 10));
        columns.add(new Column("cycles", "%d", 8));
        columns.add(new Column("emulated[us]", "%.3f", 12));
        for (Part part : Part.values()) {
            columns.add(new Column(
                    part.title() + "[nJ]", "%.2f", Math.max(9, part.title().length() + 4)));
        }
        columns.add(new Column("total[nJ]", "%.2f", 10));
        columns.add(new Column("pJ/MAC", "%.2f", 8));
        Table table = new Table(out(), columns.toArray(Column[]::new));
        table.printTitles();
        for (QueryCost.Layer layer : cost.layers()) {
            row(table, report, cost, layer);
        }
        row(table, report, cost, cost.total());
    }

    private static void row(Table table, RunReport report, QueryCost cost, QueryCost.Layer layer) {
        List<Object> cells = new ArrayList<>();
        cells.add(layer.name());
        cells.add(layer.multiplications());
        cells.add(layer.cycles());
        cells.add(cost.nanoseconds(layer.cycles()) / 1e3);
        var result = report.addResult()
                .put("layer", layer.name())
                .put("multiplications", layer.multiplications())
                .put("words", layer.words())
                .put("emulatedCycles", layer.cycles())
                .put("emulatedNanoseconds", cost.nanoseconds(layer.cycles()));
        for (Part part : Part.values()) {
            cells.add(layer.joules(part) * NANO);
            result.put(part.name().toLowerCase(Locale.ROOT) + "Nanojoules", layer.joules(part) * NANO);
        }
        double perMac = layer.totalJoules() * PICO / layer.multiplications();
        cells.add(layer.totalJoules() * NANO);
        cells.add(layer.multiplications() == 0 ? (Object) "-" : perMac);
        result.put("totalNanojoules", layer.totalJoules() * NANO);
        if (layer.multiplications() > 0) {
            result.put("picojoulesPerMultiplication", perMac);
        }
        table.printRow(cells.toArray());
    }

    /** What the published study states for others, by power and peak rate alone. */
    private void compare(QueryCost.Layer total) {
        out().println();
        out().println("the same multiplications by power / (cores x clock), as LIGHTNING's own study counts");
        Table table = new Table(
                out(),
                new Column("accelerator", "%s", -12),
                new Column("nJ", "%.2f", 10),
                new Column("pJ/MAC", "%.3f", 9));
        table.printTitles();
        List<Accelerator> all = new ArrayList<>(Accelerator.peers());
        all.addFirst(Accelerator.lightning());
        for (Accelerator accelerator : all) {
            double joules = accelerator.joules(total.multiplications());
            table.printRow(accelerator.name(), joules * NANO, joules * PICO / total.multiplications());
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.offload.CycleTrace;
import io.heliograph.benchmarks.offload.ModelSource;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.offload.datapath.CountRule;
import io.heliograph.offload.datapath.DatapathCompiler;
import io.heliograph.offload.datapath.DatapathDiagram;
import io.heliograph.offload.datapath.DatapathProgram;
import io.heliograph.offload.datapath.ProgramException;
import io.heliograph.offload.datapath.ProgramText;
import io.heliograph.offload.datapath.StageSpec;
import io.heliograph.offload.device.Calibration;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.device.PhotonicEmulator;
import io.heliograph.offload.model.LightningWeights;
import io.heliograph.offload.model.QuantizedNetwork;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code helio datapath}: shows, draws and steps the count-action program of a photonic datapath. */
@Command(
        name = "datapath",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Checks a count-action program, from a file or compiled for a model, and lists its stages; writes it as"
                    + " text, draws it, or steps it cycle by cycle.",
            "",
            "It is stepped with a query of zeros, for cycles do not depend on data; cycle 0 is the one in which all of"
                    + " the query is there.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio datapath --layers 784,300,100,10 --text lenet.dp --svg lenet.svg",
            "  helio datapath lenet.dp --cycles 30..40 --stages detector,signs,adder",
            "  helio datapath --model cnn.onnx --svg cnn.svg"
        })
final class DatapathCommand implements Callable<Integer> {

    private static final int MOST_ROWS = 10_000;
    private static final int MOST_WIDTH = 1 << 16;

    /** Cycles, both included. */
    record Range(long first, long last) {
        static Range parse(String text) {
            String[] ends = text.split("\\.\\.", -1);
            try {
                if (ends.length == 2) {
                    Range range = new Range(Long.parseLong(ends[0]), Long.parseLong(ends[1]));
                    if (range.first <= range.last && range.last - range.first < MOST_ROWS) {
                        return range;
                    }
                }
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + text + "' is no range such as 0..20");
            }
            throw new TypeConversionException(
                    "'" + text + "' is no range such as 0..20, of at most " + MOST_ROWS + " cycles");
        }
    }

    /** One of them. */
    private static final class Source {
        @Parameters(paramLabel = "FILE", arity = "1", description = "A program as text.")
        @Nullable
        private Path file;

        @Option(
                names = "--lightning-weights",
                paramLabel = "DIR",
                required = true,
                description = "Compiles it for the model of these files fc_N_OUTxIN.f32le.bin.")
        @Nullable
        private Path weights;

        @Option(
                names = "--model",
                paramLabel = "MODEL",
                required = true,
                description = "Compiles it for a model: " + ModelSource.FORMS + ".")
        @Nullable
        private String model;

        @Option(
                names = "--layers",
                paramLabel = "N",
                split = ",",
                required = true,
                description = "Compiles it for a model of these widths, inputs first.")
        @Nullable
        private List<Integer> widths;
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private Source source;

    @Option(names = "--lanes", paramLabel = "N", description = "Lanes of the device to compile for (default: 16).")
    @Nullable
    private Integer lanes;

    @Option(
            names = "--wavelengths",
            paramLabel = "N",
            description = "Wavelengths of each lane of the device to compile for (default: 1).")
    @Nullable
    private Integer wavelengths;

    @Option(names = "--text", paramLabel = "FILE", description = "Writes the program as text; - for standard output.")
    @Nullable
    private String text;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draws it.")
    @Nullable
    private Path svg;

    @Option(
            names = "--cycles",
            paramLabel = "FROM..TO",
            description = "Steps it, and shows what each stage does in these cycles.")
    @Nullable
    private String cycles;

    @Option(names = "--stages", paramLabel = "NAME", split = ",", description = "Shows these stages only.")
    private List<String> shown = List.of();

    @Override
    public Integer call() {
        Range range = cycles == null ? null : range(cycles);
        check(shown.isEmpty() || range != null, "--stages belongs to --cycles");
        check(lanes == null || source.file == null, "a program has its own lanes: leave out --lanes");
        check(wavelengths == null || source.file == null, "a program has its own wavelengths: leave out --wavelengths");
        try (Arena arena = Arena.ofConfined()) {
            QuantizedNetwork network = source.file == null ? model(arena) : null;
            DatapathProgram program = network == null ? read() : compile(network);
            for (String name : shown) {
                check(position(program, name) >= 0, "no such stage: " + name);
            }
            if (text != null) {
                writeText(ProgramText.write(program));
            }
            if (svg != null) {
                Files.writeString(svg, DatapathDiagram.svg(program));
            }
            if (range != null) {
                step(program, network == null ? CycleTrace.zeros(program, arena) : network, range);
            } else if (text == null) {
                list(program);
            }
            return Helio.PASSED;
        } catch (ProgramException | IllegalStateException e) {
            spec.commandLine().getErr().println("helio: " + e.getMessage());
            return Helio.FAILED;
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new EnvironmentException(
                    "no such file or directory: " + e.getMessage() + "; name one that exists", e);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "cannot read or write: " + e.getMessage() + "; check the files that you named", e);
        }
    }

    private Range range(String given) {
        try {
            return Range.parse(given);
        } catch (TypeConversionException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private QuantizedNetwork model(Arena arena) throws IOException {
        if (source.weights != null) {
            return LightningWeights.load(source.weights, arena);
        }
        if (source.model != null) {
            try {
                return ModelSource.parse(source.model).load(arena);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), "--model: " + e.getMessage(), e);
            }
        }
        List<Integer> widths = source.widths == null ? List.of() : source.widths;
        check(widths.size() >= 2, "--layers needs at least inputs and outputs, such as 784,10");
        for (int width : widths) {
            check(width >= 1 && width <= MOST_WIDTH, "a layer has 1 to " + MOST_WIDTH + " values");
        }
        return CycleTrace.zeros(widths.subList(0, widths.size() - 1), widths.subList(1, widths.size()), arena);
    }

    private DatapathProgram compile(QuantizedNetwork network) {
        EmulatorConfig prototype = EmulatorConfig.LIGHTNING;
        int lines = lanes == null ? prototype.lanes() : lanes;
        int colours = wavelengths == null ? prototype.wavelengths() : wavelengths;
        try (PhotonicEmulator device = new PhotonicEmulator(prototype.withConverters(lines, colours, 8, 8))) {
            Calibration flights = Calibration.lossless(prototype.activationFlight(), prototype.weightFlight());
            return DatapathCompiler.compile(network, device.capabilities(), flights);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private DatapathProgram read() throws IOException {
        if (source.file == null) {
            throw new IllegalStateException("no program");
        }
        return ProgramText.parse(source.file.toString(), Files.readString(source.file));
    }

    private void writeText(String program) throws IOException {
        if ("-".equals(text)) {
            out().print(program);
            out().flush();
        } else if (text != null) {
            Files.writeString(Path.of(text), program);
        }
    }

    private void list(DatapathProgram program) {
        Table table = new Table(
                out(),
                new Column("stage", "%s", -12),
                new Column("kind", "%s", -21),
                new Column("count", "%s", -10),
                new Column("of", "%s", -9),
                new Column("target", "%s", -22),
                new Column("action", "%s", -14));
        boolean pools = Collections.max(program.windows()) > 1;
        out().println(program.name() + ": inputs " + program.inputs() + " outputs " + program.outputs()
                + (pools ? " windows " + program.windows() : "") + ", "
                + program.lanes() + " lanes"
                + (program.wavelengths() == 1 ? "" : " of " + program.wavelengths() + " wavelengths"));
        table.printTitles();
        for (StageSpec stage : program.stages()) {
            String name = stage.name();
            String kind = stage.kind().text();
            if (stage.rules().isEmpty()) {
                table.printRow(name, kind, "-", "-", "-", "-");
            }
            for (CountRule rule : stage.rules()) {
                List<String> targets = new ArrayList<>();
                for (int target : rule.targets()) {
                    targets.add(target == 0 ? "-" : Integer.toString(target));
                }
                table.printRow(
                        name,
                        kind,
                        rule.name(),
                        rule.event(),
                        String.join(" ", targets),
                        String.join(" ", rule.actions()));
                name = "";
                kind = "";
            }
        }
    }

    private void step(DatapathProgram program, QuantizedNetwork network, Range range) {
        CycleTrace trace = new CycleTrace(program, network, range.first(), range.last());
        List<Integer> positions = new ArrayList<>();
        for (StageSpec stage : program.stages()) {
            if (shown.isEmpty() || shown.contains(stage.name())) {
                positions.add(position(program, stage.name()));
            }
        }
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("cycle", "%d", 7));
        for (int position : positions) {
            String name = program.stages().get(position).name();
            int width = name.length();
            for (CycleTrace.Row row : trace.rows()) {
                width = Math.max(width, row.stages().get(position).length());
            }
            columns.add(new Column(name, "%s", -width));
        }
        Table table = new Table(out(), columns.toArray(Column[]::new));
        table.printTitles();
        for (CycleTrace.Row row : trace.rows()) {
            List<Object> cells = new ArrayList<>();
            cells.add(row.cycle());
            for (int position : positions) {
                cells.add(row.stages().get(position));
            }
            table.printRow(cells.toArray());
        }
        out().println();
        Table totals = new Table(
                out(),
                new Column("overall", "%d", 9),
                new Column("compute", "%d", 9),
                new Column("datapath", "%d", 9),
                new Column("emulated[us]", "%.3f", 13));
        totals.printTitles();
        totals.printRow(
                trace.overallCycles(),
                trace.computeCycles(),
                trace.overallCycles() - trace.computeCycles(),
                trace.emulatedNanoseconds() / 1_000);
    }

    private static int position(DatapathProgram program, String name) {
        for (int k = 0; k < program.stages().size(); k++) {
            if (program.stages().get(k).name().equals(name)) {
                return k;
            }
        }
        return -1;
    }

    private void check(boolean sensible, String otherwise) {
        if (!sensible) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.offload.DeviceOption;
import io.heliograph.benchmarks.offload.ModelSource;
import io.heliograph.benchmarks.offload.WavelengthsOption;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.offload.fast.FastNetwork;
import io.heliograph.offload.serve.ModelTable;
import io.heliograph.offload.serve.QueryCounter;
import io.heliograph.offload.serve.QueryPort;
import io.heliograph.offload.serve.ServedDevice;
import io.heliograph.offload.serve.ServedModel;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.PortSpec;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio serve-inference}: answers queries at a port until it is told to end. */
@Command(
        name = "serve-inference",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Answers inference queries that come as packets (photonic-offload/QUERIES.md), each by the model that it names: the engine"
                    + " that receives a query computes it where it lies and sends the answer.",
            "",
            "A model whose files change is loaded again while queries run. Ends with Ctrl-C, or after --duration.",
            ""
        },
        footer = {
            "%nExample, in two terminals:",
            "  helio serve-inference --model 0=lenet",
            "  helio infer --to 198.18.0.1 --idx-images t10k-images.gz",
            "  helio serve-inference --model 0=digits --wavelengths 4 --device mine.csv"
        })
final class ServeInferenceCommand implements Callable<Integer> {

    private static final double NS_PER_SECOND = 1e9;
    private static final double US_PER_SECOND = 1e6;
    private static final double PICO_PER_MICRO = 1e6;
    private static final long TURN_MS = 2;
    private static final int MODELS = 1 << 16;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "N=MODEL",
            required = true,
            description = "Serves a model as number N, 0 to 65535: " + ModelSource.FORMS + ". As often as you like.")
    private Map<Integer, String> models = Map.of();

    @Mixin
    private WavelengthsOption wavelengths = new WavelengthsOption();

    @Mixin
    private DeviceOption described = new DeviceOption();

    @Mixin
    private QueryPortOptions transport = new QueryPortOptions();

    @Option(
            names = "--engines",
            paramLabel = "COUNT",
            description = "Engines, each over its own port and on its own thread (default: ${DEFAULT-VALUE}).")
    private int engines = 1;

    @Option(
            names = "--queue",
            paramLabel = "QUERIES",
            description =
                    "How many may wait at each engine, a power of two; more are told busy (default: ${DEFAULT-VALUE}).")
    private int queueEntries = QueryPort.DEFAULT_QUEUE_ENTRIES;

    @Option(
            names = "--per-poll",
            paramLabel = "QUERIES",
            description = "The most to answer before other frames are looked after (default: ${DEFAULT-VALUE}).")
    private int queriesPerPoll = QueryPort.DEFAULT_QUERIES_PER_POLL;

    @Option(
            names = {"-D", "--duration"},
            paramLabel = "SECONDS",
            description = "How long to serve (default: until Ctrl-C).")
    @Nullable
    private Double durationSeconds;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "A row of the table is for so long (default: ${DEFAULT-VALUE}).")
    private double intervalSeconds = 1;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the totals as JSON as well.")
    @Nullable
    private Path json;

    @Option(names = "--bound-to-stdin", hidden = true, description = "Ends this process when its standard input does.")
    private boolean boundToStdin;

    @Override
    public Integer call() throws InterruptedException {
        Map<Integer, ModelSource> sources = sources();
        ServedDevice device = new ServedDevice(described.load(), wavelengths.count());
        PortOpener opener = opener();
        if (boundToStdin) {
            StdinWatch.start();
        }
        IpAddress own = transport.transport(engines).address(true);
        ModelTable table = new ModelTable(MODELS, engines);
        PrintWriter err = spec.commandLine().getErr();
        try (Interruption _ = Interruption.ofThisThread();
                ServedModels _ = new ServedModels(sources, table, device, err)) {
            Banner banner = banner(own, sources, table, device);
            try (QueryServing serving = new QueryServing(
                    opener, opener.open(true), own, transport.queryPort, table, queueEntries, queriesPerPoll)) {
                banner.print(out());
                RunReport report = new RunReport(
                                spec.name(),
                                spec.root().commandLine().getParseResult().originalArgs())
                        .options(banner);
                serve(serving);
                add(report, serving);
                if (json != null) {
                    report.passed(true).write(json);
                }
                return Helio.PASSED;
            }
        }
    }

    private Map<Integer, ModelSource> sources() {
        Map<Integer, ModelSource> sources = new TreeMap<>();
        models.forEach((number, text) -> {
            check(number >= 0 && number < MODELS, "--model: numbers are 0 to " + (MODELS - 1));
            try {
                sources.put(number, ModelSource.parse(text));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), "--model: " + e.getMessage(), e);
            }
        });
        check(durationSeconds == null || durationSeconds > 0, "--duration must be above 0");
        check(intervalSeconds > 0, "--interval must be above 0");
        check(
                queueEntries >= 1 && queueEntries <= 1 << 16 && Integer.bitCount(queueEntries) == 1,
                "--queue must be a power of two to 65536");
        check(queriesPerPoll >= 1, "--per-poll must be above 0");
        check(!(transport.port instanceof PortSpec.Memory), "--port memory has no other process: see 'helio infer'");
        return sources;
    }

    private PortOpener opener() {
        try {
            return transport.opener(engines);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Banner banner(IpAddress own, Map<Integer, ModelSource> sources, ModelTable table, ServedDevice device) {
        Banner banner =
                new Banner("helio serve-inference: " + sources.size() + (sources.size() == 1 ? " model" : " models"));
        sources.forEach((number, source) -> {
            ServedModel model = table.get(number);
            banner.with("model " + number, source + (model == null ? "" : ", " + describe(model)));
        });
        banner.with("device", device.description().name()).with("wavelengths", device.wavelengths());
        transport.describe(banner, own);
        return banner.with("engines", engines)
                .with("queue", queueEntries)
                .with("per poll", queriesPerPoll)
                .with("duration [s]", durationSeconds == null ? "until Ctrl-C" : durationSeconds)
                .with("vectors", FastNetwork.lanes() + " lanes of 16 bits")
                .with("JSON", json == null ? "none" : json)
                .with("processor", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu());
    }

    /** Shape, emulated time and energy of a query. */
    private static String describe(ServedModel model) {
        double emulatedUs = model.inference(0, false).overallCycles() * US_PER_SECOND / model.clockHz();
        return String.format(
                Locale.ROOT,
                "%d -> %d, %.3f us emulated, %.3f uJ a query",
                model.inputs(),
                model.outputs(),
                emulatedUs,
                model.energyPicojoules() / PICO_PER_MICRO);
    }

    private void serve(QueryServing serving) {
        List<Column> columns =
                new ArrayList<>(List.of(new Column("time[s]", "%.1f", 8), new Column("results/s", "%.0f", 10)));
        for (QueryCounter counter : QueryCounter.values()) {
            columns.add(Column.of(counter.label(), "%d"));
        }
        Table table = new Table(out(), columns.toArray(Column[]::new));
        table.printTitles();
        long startNs = System.nanoTime();
        long rowNs = startNs;
        long rowResults = 0;
        long rowReceived = 0;
        boolean goesOn = true;
        while (goesOn) {
            goesOn = !sleep();
            serving.poll();
            long nowNs = System.nanoTime();
            goesOn &= durationSeconds == null || nowNs - startNs < durationSeconds * NS_PER_SECOND;
            double seconds = (nowNs - rowNs) / NS_PER_SECOND;
            long received = serving.count(QueryCounter.RECEIVED);
            if (!goesOn || seconds >= intervalSeconds) {
                long results = serving.count(QueryCounter.RESULTS);
                if (!goesOn || received != rowReceived) {
                    printRow(table, (nowNs - startNs) / NS_PER_SECOND, (results - rowResults) / seconds, serving);
                }
                rowNs = nowNs;
                rowResults = results;
                rowReceived = received;
            }
        }
    }

    /** Returns whether it is time to end. */
    private static boolean sleep() {
        try {
            Thread.sleep(TURN_MS);
            return false;
        } catch (InterruptedException e) {
            return true; // Ctrl-C
        }
    }

    private static void printRow(Table table, double seconds, double resultsPerSecond, QueryServing serving) {
        List<Object> cells = new ArrayList<>(List.of(seconds, resultsPerSecond));
        for (QueryCounter counter : QueryCounter.values()) {
            cells.add(serving.count(counter));
        }
        table.printRow(cells.toArray());
    }

    private static void add(RunReport report, QueryServing serving) {
        var row = report.addResult();
        for (QueryCounter counter : QueryCounter.values()) {
            row.put(counter.name().toLowerCase(Locale.ROOT), serving.count(counter));
        }
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

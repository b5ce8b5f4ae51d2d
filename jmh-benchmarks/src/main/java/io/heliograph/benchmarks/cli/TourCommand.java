package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.benchmarks.tour.Leg;
import io.heliograph.benchmarks.tour.LegResult;
import io.heliograph.benchmarks.tour.LegResult.Figures;
import io.heliograph.benchmarks.tour.LegResult.Outcome;
import io.heliograph.benchmarks.tour.NetworkNamespaces;
import io.heliograph.benchmarks.tour.QueryLegResult;
import io.heliograph.benchmarks.tour.QueryTour;
import io.heliograph.benchmarks.tour.Tour;
import io.heliograph.bindings.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code helio tour}, which {@code scripts/run} starts: what the transport does on this machine, in one table. */
@Command(
        name = "tour",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Moves a file between two processes of this machine by WRITE and measures the latency of small WRITEs, over each"
                    + " port that the machine offers, clean and with 1 %% loss in both directions. Then asks an emulated photonic datapath by"
                    + " packets over the same port and checks every answer.",
            "",
            "Over shared memory first; then, as root and with DPDK, over AF_XDP between two network namespaces, which vanish"
                    + " with the command however it ends. What is left out is said with the reason.",
            ""
        },
        footer = {"%nExample:", "  helio tour", "  helio tour /boot/vmlinuz --json tour.json"})
final class TourCommand implements Callable<Integer> {

    private static final int SHM_MTU_BYTES = 9_000;
    // A frame must fit a page in AF_XDP's copy mode, headroom included.
    private static final int XDP_MTU_BYTES = 1_500;
    private static final String LOSS = "loss=0.01";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "What to move (default: the JDK's lib/modules).")
    private Path file = Path.of(System.getProperty("java.home"), "lib", "modules");

    @Option(
            names = {"-D", "--duration"},
            paramLabel = "SECONDS",
            description = "How long to measure latency on each leg (default: ${DEFAULT-VALUE}).")
    private double latencySeconds = 3;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    @Nullable
    private Path json;

    @Override
    public Integer call() throws Exception {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new ParameterException(spec.commandLine(), file + " is not a file that can be read");
        }
        Banner banner = new Banner("helio tour: two processes on this machine")
                .with("file", file)
                .with("bytes", Files.size(file))
                .with("latency of", "64-byte WRITEs, " + latencySeconds + " s")
                .with("processor", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu());
        banner.print(spec.commandLine().getOut());
        List<LegResult> results = new ArrayList<>();
        List<QueryLegResult> queries = new ArrayList<>();
        try (Interruption _ = Interruption.ofThisThread()) {
            Path work = Files.createTempDirectory("helio-tour-");
            try {
                takeAll(
                        new Tour(file, work, latencySeconds, this::say),
                        new QueryTour(work, this::say),
                        results,
                        queries);
            } finally {
                TemporaryFiles.delete(work);
            }
        }
        print(results);
        printQueries(queries);
        boolean passed = results.stream().noneMatch(result -> result.outcome() == Outcome.FAILED)
                && queries.stream().noneMatch(result -> result.outcome() == Outcome.FAILED);
        if (json != null) {
            report(results, queries, banner).passed(passed).write(json);
        }
        return passed ? Helio.PASSED : Helio.FAILED;
    }

    private void takeAll(Tour tour, QueryTour asking, List<LegResult> results, List<QueryLegResult> queries)
            throws IOException, InterruptedException {
        String name = "shm:tour-" + ProcessHandle.current().pid();
        Leg shm = new Leg("shm", "", options(name, SHM_MTU_BYTES), List.of(), List.of());
        results.add(tour.take(shm));
        results.add(tour.take(shm.with(LOSS)));
        queries.add(asking.take(shm));
        takeXdp(tour, asking, results, queries);
    }

    private void takeXdp(Tour tour, QueryTour asking, List<LegResult> results, List<QueryLegResult> queries)
            throws IOException, InterruptedException {
        List<String> options = options("dpdk:net_af_xdp0,iface=" + NetworkNamespaces.INTERFACE, XDP_MTU_BYTES);
        Leg xdp = new Leg("AF_XDP", "", options, List.of(), List.of());
        try (NetworkNamespaces namespaces = NetworkNamespaces.open(XDP_MTU_BYTES)) {
            Leg inside = new Leg(xdp.name(), "", options, namespaces.enter(0), namespaces.enter(1));
            LegResult clean = tour.take(inside);
            results.add(clean);
            if (clean.outcome() != Outcome.SKIPPED) {
                results.add(tour.take(inside.with(LOSS)));
                queries.add(asking.take(inside));
            } else {
                queries.add(QueryLegResult.skipped(inside, clean.why()));
            }
        } catch (EnvironmentException e) {
            String why = String.valueOf(e.getMessage());
            results.add(new LegResult(xdp, Outcome.SKIPPED, why, new Figures(0, 0, 0, 0, 0, 0, 0, 0)));
            queries.add(QueryLegResult.skipped(xdp, why));
        }
    }

    private static List<String> options(String port, int mtuBytes) {
        return List.of("--port", port, "--mtu", Integer.toString(mtuBytes));
    }

    private void print(List<LegResult> results) {
        Table table = new Table(
                spec.commandLine().getOut(),
                new Column("port", "%s", -8),
                new Column("fault", "%s", -10),
                new Column("#bytes", "%d", 11),
                Column.of("Gb/sec", "%.2f"),
                new Column("Mpackets/s", "%.3f", 10),
                Column.of("t_50[usec]", "%.1f"),
                Column.of("t_99[usec]", "%.1f"),
                Column.of("t_99.9[usec]", "%.1f"),
                Column.of("#retransmitted", "%d"),
                Column.of("Heap[B/packet]", "%.3f"),
                new Column("data", "%s", 7));
        table.printTitles();
        for (LegResult result : results) {
            String faults =
                    result.leg().faults().isEmpty() ? "none" : result.leg().faults();
            if (result.outcome() == Outcome.PASSED) {
                Figures figures = result.figures();
                table.printRow(
                        result.leg().name(),
                        faults,
                        figures.bytes(),
                        figures.gbitPerSecond(),
                        figures.packetsMpps(),
                        figures.t50Us(),
                        figures.t99Us(),
                        figures.t999Us(),
                        figures.retransmitted(),
                        figures.heapBytesPerPacket(),
                        "same");
            } else {
                String data = result.outcome() == Outcome.SKIPPED ? "skipped" : "FAILED";
                table.printRow(result.leg().name(), faults, "-", "-", "-", "-", "-", "-", "-", "-", data);
            }
        }
        for (LegResult result : results) {
            if (result.outcome() != Outcome.PASSED) {
                String what = result.outcome() == Outcome.SKIPPED ? " was skipped: " : " failed: ";
                spec.commandLine().getOut().println(result.leg().name() + what + result.why());
            }
        }
        spec.commandLine().getOut().flush();
    }

    private void printQueries(List<QueryLegResult> results) {
        spec.commandLine().getOut().println();
        Table table = new Table(
                spec.commandLine().getOut(),
                new Column("port", "%s", -8),
                new Column("#queries", "%d", 9),
                Column.of("queries/s", "%.0f"),
                Column.of("t_50[usec]", "%.1f"),
                Column.of("t_99[usec]", "%.1f"),
                Column.of("emulated[usec]", "%.3f"),
                Column.of("Heap[B/query]", "%.3f"),
                new Column("answers", "%s", 8));
        table.printTitles();
        for (QueryLegResult result : results) {
            String port = result.leg().name();
            if (result.outcome() == Outcome.PASSED) {
                QueryLegResult.Figures figures = result.figures();
                table.printRow(
                        port,
                        figures.queries(),
                        figures.resultsPerSecond(),
                        figures.t50Us(),
                        figures.t99Us(),
                        figures.emulatedUs(),
                        figures.heapBytesPerQuery(),
                        "right");
            } else {
                String answers = result.outcome() == Outcome.SKIPPED ? "skipped" : "FAILED";
                table.printRow(port, "-", "-", "-", "-", "-", "-", answers);
            }
        }
        for (QueryLegResult result : results) {
            if (result.outcome() == Outcome.FAILED) {
                spec.commandLine().getOut().println(result.leg().name() + " failed: " + result.why());
            }
        }
        spec.commandLine().getOut().flush();
    }

    private RunReport report(List<LegResult> results, List<QueryLegResult> queries, Banner banner) {
        RunReport report = new RunReport(
                        spec.name(), spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
        for (LegResult result : results) {
            Figures figures = result.figures();
            report.addResult()
                    .put("port", result.leg().name())
                    .put("fault", result.leg().faults())
                    .put("outcome", result.outcome().toString())
                    .put("why", result.why())
                    .put("bytes", figures.bytes())
                    .put("gbitPerSecond", figures.gbitPerSecond())
                    .put("packetsMpps", figures.packetsMpps())
                    .put("t50Us", figures.t50Us())
                    .put("t99Us", figures.t99Us())
                    .put("t99_9Us", figures.t999Us())
                    .put("retransmitted", figures.retransmitted())
                    .put("heapBytesPerPacket", figures.heapBytesPerPacket());
        }
        for (QueryLegResult result : queries) {
            QueryLegResult.Figures figures = result.figures();
            report.addResult()
                    .put("port", result.leg().name())
                    .put("outcome", result.outcome().toString())
                    .put("why", result.why())
                    .put("queries", figures.queries())
                    .put("results", figures.results())
                    .put("wrong", figures.wrong())
                    .put("resultsPerWallSecond", figures.resultsPerSecond())
                    .put("t50Us", figures.t50Us())
                    .put("t99Us", figures.t99Us())
                    .put("emulatedMicrosecondsPerQuery", figures.emulatedUs())
                    .put("heapBytesPerQuery", figures.heapBytesPerQuery());
        }
        return report;
    }

    private void say(String what) {
        spec.commandLine().getErr().println("helio: " + what);
        spec.commandLine().getErr().flush();
    }
}

package io.heliograph.benchmarks.offload;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.offload.servetime.Accelerator;
import io.heliograph.offload.servetime.ServeStudy;
import io.heliograph.offload.servetime.ServedNetwork;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio serve-time}: LIGHTNING's serve-time study, computed anew. */
@Command(
        name = "serve-time",
        mixinStandardHelpOptions = true,
        description = {
            "Simulates LIGHTNING's evaluation: requests for seven networks arrive at an accelerator, mixed at random, and are served layer by layer.",
            "",
            "The ratios depend on the load more than on anything else; photonic-offload/SERVING.md says how far they agree with the paper's and why.",
            ""
        },
        footer = {"%nExample:", "  helio serve-time --link 0.01,0.03,0.06 --json serve.json"})
public final class ServeTimeCommand implements Callable<Integer> {

    private static final double NS_PER_MS = 1e6;
    /** Abstract of the paper, mean serve time and energy against LIGHTNING's. */
    private static final Map<String, String> PAPER = Map.of("A100", "337", "A100X", "329", "Brainwave", "42");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(
            names = "--link",
            paramLabel = "GBPS",
            split = ",",
            description = "Rates at which the requests' bytes arrive, in Gbit/s (default: 0.06).")
    private List<Double> links = List.of(ServeStudy.PUBLISHED.linkGbps());

    @Option(names = "--orders", paramLabel = "N", description = "Random orders (default: ${DEFAULT-VALUE}).")
    private int orders = ServeStudy.PUBLISHED.orders();

    @Option(
            names = "--requests",
            paramLabel = "N",
            description =
                    "Requests of an order that must be done; those that overtake them count too (default: ${DEFAULT-VALUE}).")
    private int measured = ServeStudy.PUBLISHED.measured();

    @Option(names = "--scheduled", paramLabel = "N", description = "Requests of an order (default: ${DEFAULT-VALUE}).")
    private int scheduled = ServeStudy.PUBLISHED.scheduled();

    @Option(
            names = "--granularity",
            paramLabel = "N",
            description = "Elements of a vector product at least (default: ${DEFAULT-VALUE}).")
    private long granularity = ServeStudy.PUBLISHED.granularity();

    @Option(names = "--seed", paramLabel = "S", description = "Of orders and arrivals (default: ${DEFAULT-VALUE}).")
    private long seed = ServeStudy.PUBLISHED.seed();

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    @Nullable
    private Path json;

    /** Made by the command line. */
    public ServeTimeCommand() {}

    @Override
    public Integer call() {
        List<ServeStudy> studies = new ArrayList<>();
        try {
            for (double link : links) {
                studies.add(new ServeStudy(link, orders, scheduled, measured, granularity, seed));
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        Banner banner = new Banner("helio serve-time: LIGHTNING's evaluation, simulated")
                .with("links [Gbit/s]", links)
                .with("orders", orders)
                .with("requests", measured + " of " + scheduled)
                .with("granularity", granularity)
                .with("seed", seed)
                .with("JSON", json == null ? "none" : json);
        banner.print(out());
        RunReport report = new RunReport(
                        spec.name(), spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
        List<ServedNetwork> networks = ServedNetwork.mixed();
        alone(studies.getFirst(), networks, report);
        for (ServeStudy study : studies) {
            served(study, networks, report);
        }
        energy(networks);
        if (json != null) {
            report.passed(true).write(json);
        }
        return 0;
    }

    private static List<Accelerator> all() {
        List<Accelerator> all = new ArrayList<>(Accelerator.peers());
        all.addFirst(Accelerator.lightning());
        return all;
    }

    private Table table(String ending) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("network", "%s", -10));
        for (Accelerator accelerator : all()) {
            columns.add(new Column(accelerator.name() + "[ms]", "%.4f", 14));
        }
        for (Accelerator peer : Accelerator.peers()) {
            columns.add(new Column(peer.name() + ending, "%.1f", 12));
        }
        Table table = new Table(out(), columns.toArray(Column[]::new));
        table.printTitles();
        return table;
    }

    private void alone(ServeStudy study, List<ServedNetwork> networks, RunReport report) {
        out().println("one request on an idle accelerator");
        Table table = table("/L");
        for (ServedNetwork network : networks) {
            Map<String, Double> alone = study.aloneNs(network, all());
            List<Object> cells = new ArrayList<>();
            cells.add(network.name());
            double lightning = alone.getOrDefault("LIGHTNING", Double.NaN);
            var row = report.addResult().put("alone", true).put("network", network.name());
            for (Accelerator accelerator : all()) {
                double ns = alone.getOrDefault(accelerator.name(), Double.NaN);
                cells.add(ns / NS_PER_MS);
                row.put(accelerator.name() + "Nanoseconds", ns);
            }
            for (Accelerator peer : Accelerator.peers()) {
                cells.add(alone.getOrDefault(peer.name(), Double.NaN) / lightning);
            }
            table.printRow(cells.toArray());
        }
    }

    private void served(ServeStudy study, List<ServedNetwork> networks, RunReport report) {
        out().println();
        out().println("mean serve time at " + study.linkGbps() + " Gbit/s");
        List<ServeStudy.Served> results = new ArrayList<>();
        for (Accelerator accelerator : all()) {
            results.add(study.run(accelerator, networks));
            spec.commandLine()
                    .getErr()
                    .println(accelerator.name() + ": " + results.getLast().served() + " requests served");
        }
        Table table = table("/L");
        double[] ratios = new double[results.size()];
        for (ServedNetwork network : networks) {
            List<Object> cells = new ArrayList<>();
            cells.add(network.name());
            var row = report.addResult()
                    .put("alone", false)
                    .put("linkGbps", study.linkGbps())
                    .put("network", network.name());
            double lightning = results.getFirst().meanNs(network.name());
            for (ServeStudy.Served served : results) {
                double ns = served.meanNs(network.name());
                cells.add(ns / NS_PER_MS);
                row.put(served.accelerator().name() + "Nanoseconds", ns);
            }
            for (int k = 1; k < results.size(); k++) {
                double ratio = results.get(k).meanNs(network.name()) / lightning;
                ratios[k] += ratio / networks.size();
                cells.add(ratio);
                row.put(results.get(k).accelerator().name() + "Ratio", ratio);
            }
            table.printRow(cells.toArray());
        }
        List<Object> means = new ArrayList<>(List.of("mean", "", "", "", ""));
        List<Object> paper = new ArrayList<>(List.of("paper", "", "", "", ""));
        var row = report.addResult().put("linkGbps", study.linkGbps()).put("network", "mean");
        for (int k = 1; k < results.size(); k++) {
            String name = results.get(k).accelerator().name();
            means.add(ratios[k]);
            paper.add(PAPER.getOrDefault(name, "-"));
            row.put(name + "Ratio", ratios[k]);
        }
        table.printRow(means.toArray());
        table.printRow(paper.toArray());
    }

    private void energy(List<ServedNetwork> networks) {
        out().println();
        out().println(
                        "energy of a multiplication by power / (cores x clock); the paper's ratios are of serve time, not of this");
        Table table = new Table(
                out(),
                new Column("accelerator", "%s", -12),
                new Column("pJ/MAC", "%.3f", 9),
                new Column("/L", "%.1f", 8),
                new Column("paper", "%s", 8));
        table.printTitles();
        long multiplications = networks.getFirst().multiplications();
        double lightning = Accelerator.lightning().joules(multiplications);
        Map<String, String> paper = Map.of("LIGHTNING", "1", "A100", "352", "A100X", "419", "Brainwave", "54");
        for (Accelerator accelerator : all()) {
            double joules = accelerator.joules(multiplications);
            table.printRow(
                    accelerator.name(),
                    joules * 1e12 / multiplications,
                    joules / lightning,
                    paper.getOrDefault(accelerator.name(), "-"));
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

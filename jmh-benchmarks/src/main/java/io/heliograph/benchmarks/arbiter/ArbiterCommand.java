package io.heliograph.benchmarks.arbiter;

import io.heliograph.benchmarks.cli.ByteCount;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.collectives.planning.controller.ControllerAddress;
import io.heliograph.collectives.planning.controller.ControllerConfig;
import io.heliograph.collectives.planning.controller.ControllerSettings;
import io.heliograph.collectives.planning.controller.LeafSpineShape;
import io.heliograph.transport.Clock;
import io.heliograph.transport.port.PortSpec;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio arbiter}: measures the central controller, or serves one. */
@Command(
        name = "arbiter",
        mixinStandardHelpOptions = true,
        description = {
            "Measures on one thread how many slots a second the central controller for expert-parallel traffic gives out"
                    + " (collectives/CONTROLLER.md): the matching of each slot, its paths, and all of it with reports read and"
                    + " grants written, for nodes that keep the protocol in virtual time. What they send is checked.",
            "",
            "Beside it stands what Fastpass (SIGCOMM 2014) says of its arbiter: 2.2 Tbit/s on 8 cores, in packets of 1500"
                    + " bytes, so 184 million chunks a second; on other processors.",
            "",
            "With --serve it is the controller itself, for the ranks of jobs on this machine that are given --controller.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio arbiter",
            "  helio arbiter --nodes 1024 --experts 8 --paths 16 --json arbiter.json",
            "  helio arbiter --serve --port shm:experts --nodes 4",
            "  helio alltoall -n 4 --port shm:experts --controller 198.19.255.254 -b 256k -e 4m"
        })
public final class ArbiterCommand implements Callable<Integer> {
    private static final int PASSED = 0;
    private static final int FAILED = 1;
    private static final double NS_PER_S = 1e9;
    private static final int BATCH_SLOTS = 32;
    private static final int CHUNK_BYTES = 256 * 1024;
    private static final double LINK_GIGABITS = 400;
    private static final String NODES = "--nodes";
    /** 2.2 Tbit/s of packets of 1500 bytes: Fastpass, abstract. */
    private static final double FASTPASS_CHUNKS_PER_SECOND = 2.2e12 / (1500 * 8);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(
            names = NODES,
            paramLabel = "N",
            split = ",",
            description =
                    "Nodes that share the network, one count or several (default: 64,256,1024; with --serve there is none, and one count is needed).")
    private List<Integer> nodes = List.of(64, 256, 1024);

    @Option(
            names = "--loads",
            paramLabel = "L",
            split = ",",
            description = "Chunks a slot and node; 1: each pair of a group always has some (default: 0.5,0.9,1).")
    private List<Double> loads = List.of(0.5, 0.9, 1.0);

    @Option(
            names = "--experts",
            paramLabel = "E",
            description = "Nodes of an expert-parallel group, which send to each other (default: ${DEFAULT-VALUE}).")
    private int experts = 64;

    @Option(
            names = "--nodes-per-leaf",
            paramLabel = "H",
            description =
                    "Nodes below a leaf (default: about the root of the nodes, a power of two; with --serve all).")
    @Nullable
    private Integer nodesPerLeaf;

    @Option(
            names = "--paths",
            paramLabel = "S",
            description = "Spines, and links of a leaf to them (default: as many as nodes below a leaf).")
    @Nullable
    private Integer paths;

    @Option(
            names = "--batch",
            paramLabel = "B",
            description = "Slots given out at once, 1 to 64 (default: " + BATCH_SLOTS + "; with --serve "
                    + ServeOptions.BATCH_SLOTS + ").")
    @Nullable
    private Integer batch;

    @Option(
            names = "--chunk",
            paramLabel = "BYTES",
            converter = ByteCount.class,
            description =
                    "Bytes of a chunk: what is sent in a slot with --serve, else for the figures in Tbit/s (default: 256k; with --serve 64k).")
    @Nullable
    private Long chunk;

    @Option(
            names = "--link",
            paramLabel = "GBIT",
            description = "Rate of the nodes' links in Gbit/s (default: 400; with --serve 10).")
    @Nullable
    private Double link;

    @Option(
            names = "--seconds",
            paramLabel = "T",
            description = "Each figure is measured for this long, after half of it (default: ${DEFAULT-VALUE}).")
    private double seconds = 1;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    @Nullable
    private Path json;

    @Mixin
    private ServeOptions serving = new ServeOptions();

    private final Clock clock = new ThreadTimeClock();

    /** Made by the command line. */
    public ArbiterCommand() {}

    @Override
    public Integer call() {
        if (serving.serve) {
            return serve();
        }
        check();
        Banner banner = banner();
        PrintWriter out = spec.commandLine().getOut();
        banner.print(out);
        RunReport report = new RunReport(
                        spec.name(), spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
        Table table = new Table(
                out,
                Column.of("nodes", "%d"),
                Column.of("load", "%.2f"),
                Column.of("matched[%]", "%.1f"),
                Column.of("slots/s", "%.0f"),
                Column.of("paths/s", "%.0f"),
                Column.of("with packets/s", "%.0f"),
                Column.of("chunks/s[M]", "%.2f"),
                Column.of("Tbit/s", "%.1f"),
                Column.of("of line rate", "%.2f"),
                Column.of("of Fastpass", "%.3f"),
                Column.of("#wrong", "%d"));
        table.printTitles();
        long wrong = 0;
        for (int count : nodes) {
            for (double load : loads) {
                wrong += measure(count, load, table, report);
            }
        }
        explain(out);
        if (json != null) {
            report.passed(wrong == 0).write(json);
        }
        return wrong == 0 ? PASSED : FAILED;
    }

    private int serve() {
        refuse(ServeOptions.ONLY_MEASURING, "is for measuring: leave it or --serve out");
        PortSpec port = serving.port;
        require(port != null, "--serve: say with --port what nodes reach it by, such as shm:NAME");
        require(isGiven(NODES) && nodes.size() == 1, "--serve: say with --nodes how many nodes there are, one count");
        require(
                serving.durationSeconds == null || serving.durationSeconds > 0 && serving.durationSeconds <= 1e9,
                "--duration: from above 0 to 10^9");
        try {
            ControllerAddress own = serving.controllerAddress();
            ControllerSettings settings =
                    serving.settings(shape(nodes.getFirst()), batch(), chunkBytes(), linkGigabits());
            return new ControllerService(spec, serving, Objects.requireNonNull(port), own, settings, json).run();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private boolean isGiven(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private void refuse(List<String> options, String because) {
        for (String option : options) {
            require(!isGiven(option), option + " " + because);
        }
    }

    private int batch() {
        return batch == null ? serving.serve ? ServeOptions.BATCH_SLOTS : BATCH_SLOTS : batch;
    }

    private long chunkBytes() {
        return chunk == null ? serving.serve ? ServeOptions.CHUNK_BYTES : CHUNK_BYTES : chunk;
    }

    private double linkGigabits() {
        return link == null ? serving.serve ? ServeOptions.LINK_GIGABITS : LINK_GIGABITS : link;
    }

    private void check() {
        refuse(ServeOptions.ONLY_SERVING, "is for --serve: give that too, or leave it out");
        require(seconds > 0 && seconds <= 3600, "--seconds: from above 0 to 3600");
        require(
                chunkBytes() >= 1 && chunkBytes() <= 1 << 30 && linkGigabits() > 0 && linkGigabits() <= 1e6,
                "--chunk and --link: above 0, up to 1g and 1000000");
        require(batch() >= 1 && batch() <= 64, "--batch: from 1 to 64");
        for (double load : loads) {
            require(load > 0 && load <= 1, "--loads: from above 0 to 1");
        }
        for (int count : nodes) {
            require(
                    experts >= 2 && count % experts == 0,
                    "--experts: at least 2, and divides --nodes (" + count + " by " + experts + ")");
            try {
                shape(count);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
            }
        }
    }

    private void require(boolean right, String otherwise) {
        if (!right) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private LeafSpineShape shape(int count) {
        int usual = serving.serve ? count : Integer.highestOneBit((int) Math.ceil(Math.sqrt(count)));
        int perLeaf = nodesPerLeaf == null ? usual : nodesPerLeaf;
        return new LeafSpineShape(count, perLeaf, paths == null ? perLeaf : paths);
    }

    private ControllerConfig config(int count) {
        long slotNs = Math.max(1, Math.round(8.0 * chunkBytes() / linkGigabits()));
        return new ControllerConfig(shape(count), slotNs, batch(), 4, 4L * batch() * slotNs, 256);
    }

    private Banner banner() {
        return new Banner("helio arbiter: slots of a central controller, one thread")
                .with("nodes", nodes)
                .with("loads", loads)
                .with("experts", experts)
                .with("nodes per leaf", nodesPerLeaf == null ? "about the root of the nodes" : nodesPerLeaf)
                .with("paths", paths == null ? "as many as nodes per leaf" : paths)
                .with("slots at once", batch())
                .with("chunk", chunkBytes() + " bytes")
                .with(
                        "link",
                        linkGigabits() + " Gbit/s: a chunk every "
                                + config(nodes.getFirst()).slotNs() + " ns")
                .with("seconds", seconds)
                .with("JSON", json == null ? "none" : json)
                .with("processor", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu())
                .with("load of machine", String.format(Locale.ROOT, "%.2f", Machine.load()));
    }

    private long measure(int count, double load, Table table, RunReport report) {
        long measuredNs = (long) (seconds * NS_PER_S);
        ControllerConfig config = config(count);
        AllocationRun.Result parts = new AllocationRun(
                        config.shape(), batch(), new ArbiterDemand(count, experts, load, 1), clock)
                .run(measuredNs);
        ControllerRun.Result whole;
        try (ControllerRun run = new ControllerRun(config, new ArbiterDemand(count, experts, load, 1), clock)) {
            whole = run.run(measuredNs);
        }
        double matched = 100.0 * parts.chunks() / parts.slots() / count;
        double allocated = parts.slots() * NS_PER_S / parts.allocateNs();
        double withPaths = parts.slots() * NS_PER_S / parts.pathsNs();
        double all = whole.slots() * NS_PER_S / whole.ns();
        double chunks = whole.chunks() * NS_PER_S / whole.ns();
        double ofLine = all * config.slotNs() / NS_PER_S;
        double terabits = chunks * chunkBytes() * 8 / 1e12;
        table.printRow(
                count,
                load,
                matched,
                allocated,
                withPaths,
                all,
                chunks / 1e6,
                terabits,
                ofLine,
                chunks / FASTPASS_CHUNKS_PER_SECOND,
                whole.wrong());
        report.addResult()
                .put("nodes", count)
                .put("load", load)
                .put("matchedPercent", matched)
                .put("allocatedSlotsPerSecond", allocated)
                .put("pathSlotsPerSecond", withPaths)
                .put("slotsPerSecond", all)
                .put("chunksPerSecond", chunks)
                .put("terabitsPerSecond", terabits)
                .put("ofLineRate", ofLine)
                .put("ofFastpass", chunks / FASTPASS_CHUNKS_PER_SECOND)
                .put("wrong", whole.wrong());
        return whole.wrong();
    }

    private void explain(PrintWriter out) {
        out.println("slots/s: matchings alone; paths/s: colourings alone; with packets/s: both, reports read, grants"
                + " written, and all figures to the right of it");
        out.println("of line rate: from 1 on, one thread keeps all links busy with such chunks; of Fastpass: chunks a"
                + " second beside its 184 million on 8 cores");
        out.flush();
    }
}

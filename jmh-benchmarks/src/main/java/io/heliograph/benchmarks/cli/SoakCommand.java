package io.heliograph.benchmarks.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.soak.Figure;
import io.heliograph.benchmarks.soak.Sample;
import io.heliograph.benchmarks.soak.Soak;
import io.heliograph.benchmarks.soak.SoakPlan;
import io.heliograph.benchmarks.soak.Summary;
import io.heliograph.benchmarks.soak.Verdict;
import io.heliograph.benchmarks.tour.NetworkNamespaces;
import io.heliograph.transport.port.FaultConfig;
import io.heliograph.transport.port.PortSpec;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio soak}: mixed traffic under faults between two processes for as long as one likes, checked to the last byte. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Runs mixed traffic in both directions between two processes of this machine, under faults, and checks all of it.",
            "",
            "WRITEs and WRITEs with immediate, fenced or not, from 0 bytes to --size, on several queues. The receiver compares"
                    + " every byte when an immediate answers for it; immediates must come once and fenced ones in order; every post"
                    + " must complete once. Regions are taken back under traffic, after which no byte of them may change; with"
                    + " --restart, endpoints are as well.",
            "",
            "Fails if a check does; if a resident set grows by more than 5 %% and 8 MiB over the second half; or if a garbage"
                    + " collection in the second half was due to the traffic, which is to say that the threads of the traffic"
                    + " allocated more than 1 %% of what the process did since the collection before.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio soak",
            "  helio soak --duration 1h --load 20 --json soak.json",
            "  helio soak --veth --duration 1h"
        })
final class SoakCommand implements Callable<Integer> {

    private static final String VETH_PORT = "dpdk:net_af_xdp0,iface=" + NetworkNamespaces.INTERFACE;
    /** The figures that no sentence of the {@link Summary} tells. */
    private static final EnumSet<Figure> COUNTED = EnumSet.range(Figure.POSTED, Figure.RETRANSMITTED);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Mixin
    private SoakOptions soak = new SoakOptions();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "What carries the frames: shm:NAME, dpdk:DEVARGS or verbs:DEVICE (default: a shared memory of its own; with"
                            + " --veth, AF_XDP on the interface " + NetworkNamespaces.INTERFACE + ").")
    @Nullable
    private PortSpec port;

    @Option(
            names = "--client-port",
            paramLabel = "PORT",
            description = "The port of the second process if it differs, as with memif's roles (default: as --port).")
    @Nullable
    private PortSpec clientPort;

    @Option(
            names = "--veth",
            description =
                    "Runs the two processes in network namespaces that are joined by a veth pair and vanish with the command"
                            + " (as root).")
    private boolean veth;

    @Option(names = "--mtu", paramLabel = "BYTES", description = "Largest IP packet (default: ${DEFAULT-VALUE}).")
    private int mtuBytes = 1_500;

    @Option(
            names = "--engines",
            paramLabel = "COUNT",
            description = "Engines of each end, as for write-bw (default: ${DEFAULT-VALUE}).")
    private int engines = 1;

    @Option(
            names = "--fault",
            paramLabel = "FAULTS",
            defaultValue = "loss=0.01,dup=0.005,reorder=0.01,corrupt=0.002,trim=0.005",
            description =
                    "What the ports do to frames that either end sends, with seeds that follow from --seed (default:"
                            + " ${DEFAULT-VALUE}; loss=0 for none).")
    private FaultConfig fault = FaultConfig.NONE;

    @Option(
            names = "--peer-timeout",
            paramLabel = "SECONDS",
            description = "A peer that owes an answer and is silent for so long is gone (default: ${DEFAULT-VALUE}).")
    private double peerTimeoutSeconds = 20;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    @Nullable
    private Path json;

    @Option(names = "--bound-to-stdin", hidden = true, description = "Ends this process when its standard input does.")
    private boolean boundToStdin;

    @Override
    public Integer call() throws Exception {
        SoakPlan plan = soak.plan();
        if (boundToStdin) {
            StdinWatch.start();
        }
        List<PortSpec> ports = ports();
        Banner banner = banner(plan, ports);
        PrintWriter out = spec.commandLine().getOut();
        banner.print(out);
        Path work = Files.createTempDirectory("helio-soak-");
        Soak run = new Soak(work);
        SoakRows rows = new SoakRows(out, run, plan);
        boolean interrupted = false;
        try (Interruption _ = Interruption.ofThisThread()) {
            try {
                List<List<String>> lines = List.of(line(plan, ports, 0), line(plan, ports, 1));
                if (veth) {
                    try (NetworkNamespaces namespaces = NetworkNamespaces.open(mtuBytes, engines)) {
                        run.run(List.of(namespaces.enter(0), namespaces.enter(1)), lines, plan.durationNs(), rows);
                    }
                } else {
                    run.run(List.of(List.of(), List.of()), lines, plan.durationNs(), rows);
                }
            } catch (InterruptedException e) {
                interrupted = true;
            } finally {
                TemporaryFiles.delete(work);
            }
            return finish(run, plan, banner, interrupted);
        }
    }

    private int finish(Soak run, SoakPlan plan, Banner banner, boolean interrupted) {
        PrintWriter out = spec.commandLine().getOut();
        List<String> wrong = new ArrayList<>(interrupted ? List.of() : run.failures());
        for (int end = 0; end < Soak.ENDS.size(); end++) {
            List<Sample> samples = run.samples().get(end);
            if (run.isUsable()) {
                wrong.addAll(Verdict.of(Soak.ENDS.get(end), samples));
            }
            if (!samples.isEmpty()) {
                sum(out, Soak.ENDS.get(end), samples);
            }
        }
        wrong.forEach(out::println);
        boolean passed = wrong.isEmpty() && !interrupted;
        out.println(interrupted ? "interrupted: the tally so far" : passed ? "passed" : "FAILED");
        out.flush();
        if (json != null) {
            report(run, plan, banner, wrong).passed(passed).write(json);
        }
        return run.isUsable() ? passed ? Helio.PASSED : Helio.FAILED : Helio.ENVIRONMENT;
    }

    private static void sum(PrintWriter out, String end, List<Sample> samples) {
        Sample last = samples.getLast();
        StringBuilder line = new StringBuilder(end).append(':');
        for (Figure figure : COUNTED) {
            line.append(' ').append(figure.label()).append('=').append(last.get(figure));
        }
        out.println(line);
        new Summary(samples).lines().forEach(sentence -> out.println(end + ": " + sentence));
        if (!Verdict.judgesMemory(samples)) {
            out.println(end + ": too short to judge memory and garbage collections by");
        }
    }

    private List<PortSpec> ports() {
        String ofItsOwn = "shm:soak-" + ProcessHandle.current().pid();
        PortSpec first = port != null ? port : PortSpec.parse(veth ? VETH_PORT : ofItsOwn);
        PortSpec second = clientPort == null ? first : clientPort;
        for (PortSpec each : List.of(first, second)) {
            if (each instanceof PortSpec.Memory) {
                throw new ParameterException(
                        spec.commandLine(), "--port memory has both its ends in one process: give shm:NAME");
            }
            check(each);
        }
        return List.of(first, second);
    }

    /** Before anything is started: what the ends would refuse. */
    private void check(PortSpec each) {
        TransportOptions options = new TransportOptions();
        options.port = each;
        options.mtuBytes = mtuBytes;
        options.engines = engines;
        options.peerTimeoutSeconds = peerTimeoutSeconds;
        try {
            PortOpener.check(options);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private List<String> line(SoakPlan plan, List<PortSpec> ports, int end) {
        List<String> line = new ArrayList<>(List.of("soak-end"));
        line.addAll(SoakOptions.arguments(plan));
        line.addAll(List.of(
                "--port",
                ports.get(end).toString(),
                "--mtu",
                Integer.toString(mtuBytes),
                "--engines",
                Integer.toString(engines),
                "--fault",
                fault + ",seed=" + (plan.seed() + 1_000L * end),
                "--peer-timeout",
                Double.toString(peerTimeoutSeconds)));
        return line;
    }

    private Banner banner(SoakPlan plan, List<PortSpec> ports) {
        Banner banner = new Banner("helio soak: two processes on this machine")
                .with(
                        "port",
                        ports.getFirst() + (ports.getFirst().equals(ports.getLast()) ? "" : " " + ports.getLast()))
                .with("namespaces", veth ? "two, joined by a veth pair" : "this one")
                .with("MTU [bytes]", mtuBytes)
                .with("engines", engines)
                .with("fault", fault)
                .with("peer timeout [s]", peerTimeoutSeconds);
        SoakOptions.describe(banner, plan);
        return banner.with("JSON", json == null ? "none" : json)
                .with("processor", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu());
    }

    private RunReport report(Soak run, SoakPlan plan, Banner banner, List<String> wrong) {
        RunReport report = new RunReport(
                        spec.name(), spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
        report.document().put("intervalNs", plan.intervalNs());
        wrong.forEach(report.document().putArray("wrong")::add);
        ObjectNode summaries = report.document().putObject("summary");
        for (int end = 0; end < Soak.ENDS.size(); end++) {
            if (!run.samples().get(end).isEmpty()) {
                summarise(summaries.putObject(Soak.ENDS.get(end)), run.samples().get(end));
            }
        }
        for (int end = 0; end < Soak.ENDS.size(); end++) {
            int row = 0;
            for (Sample sample : run.samples().get(end)) {
                ObjectNode result =
                        report.addResult().put("end", Soak.ENDS.get(end)).put("sample", row++);
                for (Figure figure : Figure.values()) {
                    result.put(figure.label(), sample.get(figure));
                }
            }
        }
        return report;
    }

    private static void summarise(ObjectNode json, List<Sample> samples) {
        Summary summary = new Summary(samples);
        Sample last = samples.getLast();
        json.put("ranNs", summary.ranNs())
                .put("comparedBytes", last.get(Figure.VERIFIED_BYTES))
                .put("errors", last.get(Figure.ERRORS))
                .put("gcCycles", last.get(Figure.GC_CYCLES))
                .put("gcCyclesOfTraffic", summary.collectionsOfTraffic())
                .put("trafficHeapBytes", last.get(Figure.TRAFFIC_HEAP_BYTES));
        ArrayNode resident = json.putArray("residentBytesByQuarters");
        for (int quarters = 1; quarters <= 4; quarters++) {
            resident.add(summary.residentBytes(quarters));
        }
    }
}

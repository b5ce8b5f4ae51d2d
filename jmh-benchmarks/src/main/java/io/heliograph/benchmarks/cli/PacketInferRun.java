package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.offload.ExpectedAnswers;
import io.heliograph.benchmarks.offload.ModelSource;
import io.heliograph.benchmarks.offload.QueryLoad;
import io.heliograph.benchmarks.offload.QueryPlan;
import io.heliograph.benchmarks.offload.QueryResult;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.query.QueryClient;
import io.heliograph.offload.query.QueryLayout;
import io.heliograph.offload.serve.ModelTable;
import io.heliograph.offload.serve.QueryPort;
import io.heliograph.offload.serve.ServedDevice;
import io.heliograph.offload.serve.ServedModel;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * {@code helio infer} by packets: asks a server, or one in this process, and says how it went.
 *
 * @param spec of the command
 * @param transport which port
 * @param to the server's address, or null if it is in this process
 * @param arena owns images and answers
 * @param images for a model of so many inputs
 * @param count of the images to use, or null for all
 * @param plan what is asked; 0 queries for as many as images
 * @param device of the server in this process, or what answers are checked by
 * @param patienceNs how long to wait for the server
 * @param stepLocally images whose answers are held against a datapath that is stepped here
 * @param json where the results go, or null
 */
record PacketInferRun(
        CommandSpec spec,
        QueryPortOptions transport,
        @Nullable IpAddress to,
        Arena arena,
        ImageReader images,
        @Nullable Integer count,
        QueryPlan plan,
        ServedDevice device,
        long patienceNs,
        int stepLocally,
        @Nullable Path json) {

    private static final double NS_PER_SECOND = 1e9;

    /** Reads images once it is known how large they must be. */
    @FunctionalInterface
    interface ImageReader {
        ImageSet read(int inputs) throws IOException;
    }

    /** Runs; the exit code. */
    int run(@Nullable ModelSource source) throws IOException {
        PortOpener opener;
        try {
            opener = transport.opener(1);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        IpAddress own = transport.transport(1).address(false);
        try (Interruption _ = Interruption.ofThisThread()) {
            if (to != null) {
                check(own, to);
                try (EnginePorts ports = opener.open(false)) {
                    return ask(ports, own, to, source);
                }
            }
            if (source == null) {
                throw new IllegalStateException("no model to serve");
            }
            IpAddress server = transport.transport(1).address(true);
            ModelTable models = new ModelTable(plan.model() + 1, 1);
            models.put(plan.model(), load(source));
            List<EnginePorts> pairs = opener.openPairs();
            try (EnginePorts clients = pairs.getLast();
                    QueryServing serving = new QueryServing(
                            opener,
                            pairs.getFirst(),
                            server,
                            transport.queryPort,
                            models,
                            QueryPort.DEFAULT_QUEUE_ENTRIES,
                            QueryPort.DEFAULT_QUERIES_PER_POLL)) {
                int code = ask(clients, own, server, source);
                serving.poll();
                return code;
            }
        }
    }

    private void check(IpAddress own, IpAddress server) {
        if (own.isIpv4() != server.isIpv4()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--to " + server + " and this end's --address " + own + " are of different families");
        }
        if (own.equals(server)) {
            throw new ParameterException(spec.commandLine(), "--to " + server + " is this end's own --address");
        }
    }

    private ServedModel load(ModelSource source) throws IOException {
        try {
            return ServedModel.load(source::load, device, 1);
        } catch (IllegalArgumentException e) {
            throw new EnvironmentException(
                    "cannot load the model " + source + ": " + e.getMessage() + "; name one that can be served", e);
        }
    }

    private int ask(EnginePorts ports, IpAddress own, IpAddress server, @Nullable ModelSource source)
            throws IOException {
        SystemClock clock = SystemClock.INSTANCE;
        QueryClient client =
                new QueryClient(ports.ports().getFirst(), own, server, transport.queryPort, arena, clock.nowNs());
        try {
            ImageSet set = images.read(probe(client, clock));
            int used = count == null ? set.count() : count;
            ExpectedAnswers expected = null;
            if (source != null) {
                QuantizedNetwork network = source.load(arena);
                if (network.inputs() != set.imageBytes()) {
                    throw new ParameterException(
                            spec.commandLine(),
                            "the server's model " + plan.model() + " has " + set.imageBytes()
                                    + " inputs, the one to check by has " + network.inputs());
                }
                expected = new ExpectedAnswers(network, device.wavelengths(), set, used, stepLocally, arena);
            }
            QueryPlan whole = new QueryPlan(
                    plan.model(),
                    plan.flags(),
                    plan.queries() == 0 ? used : plan.queries(),
                    plan.ratePerSecond(),
                    plan.outstanding(),
                    plan.warmupNs(),
                    plan.timeoutNs());
            Banner banner = banner(own, server, source, set, used, whole);
            banner.print(out());
            QueryLoad load = new QueryLoad(client, clock, set, used, expected, whole);
            QueryResult result;
            try (ScheduleProgress _ = ScheduleProgress.ifTerminal("queries", whole.queries(), load::done)) {
                result = load.run();
            }
            QueryReport found = new QueryReport(result, whole, set.isLabelled(), expected != null);
            found.print(out());
            String why = found.complaint();
            if (json != null) {
                RunReport report = new RunReport(
                                spec.name(),
                                spec.root().commandLine().getParseResult().originalArgs())
                        .options(banner);
                found.add(report);
                report.passed(why == null).write(json);
            }
            if (why != null) {
                spec.commandLine().getErr().println("helio: " + why);
            }
            return why == null ? Helio.PASSED : Helio.FAILED;
        } finally {
            client.close();
        }
    }

    private int probe(QueryClient client, SystemClock clock) {
        return QueryLoad.hello(client, clock, plan.model(), patienceNs);
    }

    private Banner banner(
            IpAddress own, IpAddress server, @Nullable ModelSource source, ImageSet set, int used, QueryPlan whole) {
        Banner banner = new Banner("helio infer: images to " + server)
                .with("model number", whole.model())
                .with("checked by", source == null ? "nothing: give --check-by" : source)
                .with("wavelengths", source == null ? "the server's" : device.wavelengths())
                .with("stepped here", stepLocally)
                .with("images", used)
                .with("labels", set.isLabelled() ? "yes" : "no")
                .with("queries", whole.queries())
                .with(
                        "loop",
                        whole.ratePerSecond() == 0
                                ? "closed, " + whole.outstanding() + " outstanding"
                                : "open, " + whole.ratePerSecond() + " queries/s")
                .with(
                        "datapath",
                        (whole.flags() & QueryLayout.STEPPED) != 0
                                ? "every cycle of every query stepped"
                                : "integers computed straight, cycles of one query")
                .with("warm-up [s]", whole.warmupNs() / NS_PER_SECOND)
                .with("timeout [s]", whole.timeoutNs() / NS_PER_SECOND);
        transport.describe(banner, own);
        return banner.with("JSON", json == null ? "none" : json)
                .with("processor", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

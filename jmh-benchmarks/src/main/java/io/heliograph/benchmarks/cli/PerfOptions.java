package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.perf.PerfPlan;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.transport.port.PortSpec;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What {@code write-bw} and {@code write-lat} share: perftest's options, as far as they mean something here. */
final class PerfOptions {

    private static final long LARGEST_BYTES = 1L << 30;
    private static final int DEEPEST = 1_024;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "HOST[:PORT]|unix:PATH",
            description = "Where the server listens. Without it, this is the server.")
    @Nullable
    String peer;

    @Option(
            names = "--listen",
            paramLabel = "HOST[:PORT]|unix:PATH",
            description =
                    "Where this server listens (default: 127.0.0.1; 0.0.0.0 lets other hosts in; a socket file reaches"
                            + " across network namespaces).")
    @Nullable
    String listen;

    @Option(
            names = {"-s", "--size"},
            paramLabel = "BYTES",
            converter = ByteCount.class,
            description = "Message size; k, m and g are 2^10, 2^20 and 2^30 (default: bandwidth 64k, latency 2).")
    long sizeBytes;

    @Option(
            names = {"-a", "--all"},
            description = "All sizes from 2 to 8m, a row each.")
    boolean all;

    @Option(
            names = {"-n", "--iters"},
            paramLabel = "COUNT",
            description = "Messages to measure for each size (default: bandwidth 5000, latency 1000).")
    long iterations;

    @Option(
            names = {"-D", "--duration"},
            paramLabel = "SECONDS",
            description = "Measures each size for so long instead of a count.")
    double durationSeconds;

    @Option(
            names = {"-w", "--warmup"},
            paramLabel = "SECONDS",
            description =
                    "Traffic before the first size that is not measured, so that the JIT compiler has done its work; with"
                            + " --all every later size gets a tenth of it (default: ${DEFAULT-VALUE}).")
    double warmupSeconds = 2;

    @Option(
            names = "--endpoint",
            paramLabel = "KIND",
            defaultValue = "packet",
            description = {
                "What moves the bytes (default: ${DEFAULT-VALUE}):",
                "packet: the packet protocol, over --port;",
                "direct: one copy into memory that the other process shares; both ends name the same --port shm:NAME, or"
                        + " --port memory. No packets, hence no --mtu, --fault and --capture;",
                "verbs: the RDMA device of --port verbs:DEVICE does the protocol, through reliable connections (RC); --address is"
                        + " one of its GIDs (default: the first that suits). No packets of ours either."
            })
    EndpointKind endpoint = EndpointKind.PACKET;

    @Option(
            names = "--busy-poll",
            description =
                    "An idle end keeps its processor, as DPDK's own programs do, instead of giving way after some turns: for ends with a"
                            + " processor each.")
    boolean busyPoll;

    /** A run of these measurements by the command that these options belong to. */
    TransportRun run(CommandSpec command, TransportOptions transport) {
        if (endpoint != EndpointKind.PACKET) {
            for (String option : List.of(
                    "--mtu", "--engines", "--fault", "--capture", "--secret", "--paths", "--path-policy", "--rates")) {
                boolean given = command.commandLine().getParseResult().hasMatchedOption(option);
                check(!given, option + " is about packets: give it with --endpoint packet");
            }
        }
        check(
                endpoint != EndpointKind.DIRECT
                        || !(transport.port instanceof PortSpec.Dpdk || transport.port instanceof PortSpec.Verbs),
                "--endpoint direct is for one machine: give --port shm:NAME or --port memory");
        check(
                endpoint != EndpointKind.VERBS || transport.port instanceof PortSpec.Verbs,
                "--endpoint verbs is an RDMA device: give --port verbs:DEVICE");
        // The other end must do the same.
        String protocol = endpoint == EndpointKind.PACKET ? command.name() : command.name() + " --endpoint " + endpoint;
        return new TransportRun(command, protocol, transport, endpoint);
    }

    /** The plan of a client. */
    PerfPlan plan(long defaultSizeBytes, long defaultIterations, int depth) {
        check(sizeBytes >= 0 && sizeBytes <= LARGEST_BYTES, "--size must be from 1 to 1g");
        check(!all || sizeBytes == 0, "give --size or --all, not both");
        check(iterations >= 0 && durationSeconds >= 0 && warmupSeconds >= 0, "counts and seconds cannot be negative");
        check(iterations == 0 || durationSeconds == 0, "give --iters or --duration, not both");
        check(depth >= 1 && depth <= DEEPEST, "--tx-depth must be from 1 to " + DEEPEST);
        check(peer == null || listen == null, "a client does not listen: give an address or --listen");
        return new PerfPlan(
                all ? PerfPlan.allSizes() : List.of(sizeBytes > 0 ? sizeBytes : defaultSizeBytes),
                iterations > 0 ? iterations : defaultIterations,
                nanoseconds(durationSeconds),
                nanoseconds(warmupSeconds),
                depth);
    }

    /** Runs the end or the ends that the command line asks for. */
    int run(TransportRun run, TransportOptions transport, PerfPlan plan, End server, End client) throws Exception {
        if (transport.isMemory()) {
            check(peer == null && listen == null, "--port memory runs both ends in this process: give no address");
            return run.both(banner -> describe(banner, plan), polling(server), polling(client));
        }
        if (peer != null) {
            return run.client(peer, banner -> describe(banner, plan), polling(client));
        }
        return run.server(listen, banner -> {}, polling(server)); // the client says what is measured
    }

    private End polling(End end) {
        return (session, output) -> {
            if (busyPoll) {
                session.busyPoll();
            }
            return end.run(session, output);
        };
    }

    private void describe(Banner banner, PerfPlan plan) {
        banner.with(
                "sizes [bytes]",
                plan.sizesBytes().stream().map(Object::toString).collect(Collectors.joining(" ")));
        if (plan.durationNs() > 0) {
            banner.with("duration [s]", seconds(plan.durationNs()));
        } else {
            banner.with("iterations", plan.iterations());
        }
        banner.with("warm-up [s]", seconds(plan.warmupNs())).with("outstanding", plan.depth());
        if (busyPoll) {
            banner.with("busy poll", "yes");
        }
    }

    private void check(boolean sensible, String otherwise) {
        if (!sensible) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private static long nanoseconds(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    private static double seconds(long nanoseconds) {
        return nanoseconds / (double) TimeUnit.SECONDS.toNanos(1);
    }
}

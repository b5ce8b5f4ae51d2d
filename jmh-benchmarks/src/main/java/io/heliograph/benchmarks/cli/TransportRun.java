package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.session.EngineDrive;
import io.heliograph.benchmarks.session.Handshake;
import io.heliograph.benchmarks.session.MeetingPoint;
import io.heliograph.benchmarks.session.Rendezvous;
import io.heliograph.benchmarks.session.RendezvousAddress;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.benchmarks.session.Session;
import io.heliograph.bindings.dpdk.DpdkLibrary;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.sharedmemory.SharedMemoryEndpoint;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * One run of a command that has two ends: opens the port, prints the banner, meets the other end, and lets this end do its
 * work. With {@code --port memory} the server is a thread of this process.
 */
final class TransportRun {

    private static final long HANDSHAKE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final String LOOPBACK = "127.0.0.1";

    private final CommandSpec spec;
    private final String protocol;
    private final TransportOptions options;
    private final EndpointKind kind;
    private final PortOpener ports;

    /**
     * @param spec of the command, for its name and its output
     * @param protocol what both ends must be doing
     * @param kind what moves the bytes; one but packet opens no port
     */
    TransportRun(CommandSpec spec, String protocol, TransportOptions options, EndpointKind kind) {
        this.spec = spec;
        this.protocol = protocol;
        this.options = options;
        this.kind = kind;
        try {
            this.ports = new PortOpener(options);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Both ends in this process; what the client finds is the result. */
    int both(Consumer<Banner> describe, End server, End client) throws Exception {
        Banner banner = banner("both ends", false, describe);
        PrintWriter out = spec.commandLine().getOut();
        banner.print(out);
        RunReport report = report(banner);
        Rendezvous[] rendezvous = MeetingPoint.pair();
        List<EnginePorts> pairs = needsNoPort() ? List.of(EnginePorts.NONE, EnginePorts.NONE) : ports.openPairs();
        try (Interruption _ = interruption();
                EnginePorts servers = pairs.getFirst();
                EnginePorts clients = pairs.getLast()) {
            Thread other = Thread.ofPlatform().name("server").start(() -> serve(servers, rendezvous[0], server));
            boolean passed;
            try {
                passed = end(clients, rendezvous[1], false, client, new Output(out, report));
            } finally {
                rendezvous[1].close();
                other.join();
            }
            return finish(report, passed);
        }
    }

    /** The server's failures reach the client over the rendezvous, which tells them. */
    private void serve(EnginePorts ports, Rendezvous rendezvous, End server) {
        Output silent = new Output(new PrintWriter(PrintWriter.nullWriter()), new RunReport(protocol, List.of()));
        try (rendezvous) {
            end(ports, rendezvous, true, server, silent);
        } catch (Exception e) {
            rendezvous.sendFailure(e);
        }
    }

    /** This process is the server. */
    int server(@Nullable String listen, Consumer<Banner> describe, End server) throws Exception {
        RendezvousAddress address = parse(listen == null ? LOOPBACK : listen, "--listen");
        return one(true, address, describe, server);
    }

    /** This process is the client. */
    int client(String peer, Consumer<Banner> describe, End client) throws Exception {
        return one(false, parse(peer, "the address of the server"), describe, client);
    }

    private int one(boolean server, RendezvousAddress address, Consumer<Banner> describe, End end) throws Exception {
        try (Interruption _ = interruption();
                MeetingPoint listener = server ? MeetingPoint.listen(address) : null;
                EnginePorts enginePorts = open(server)) {
            Banner banner =
                    banner(server ? "server" : "client", server, describe).with("rendezvous", address);
            PrintWriter out = spec.commandLine().getOut();
            banner.print(out);
            RunReport report = report(banner);
            if (listener != null) {
                say("waiting for a client at " + address);
            }
            try (Rendezvous rendezvous =
                    listener == null ? MeetingPoint.connect(address) : listener.accept(options.rendezvousTimeoutNs())) {
                return finish(report, end(enginePorts, rendezvous, server, end, new Output(out, report)));
            }
        }
    }

    private EnginePorts open(boolean server) {
        if (kind == EndpointKind.VERBS) {
            ports.verbsAddress(); // says what is missing before anybody waits
        }
        try {
            return needsNoPort() ? EnginePorts.NONE : ports.open(server);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private boolean end(EnginePorts enginePorts, Rendezvous rendezvous, boolean server, End end, Output output)
            throws Exception {
        try (Arena arena = Arena.ofShared();
                Endpoint endpoint = endpoint(enginePorts, server);
                RatesFile _ = rates(endpoint);
                EngineDrive engines = EngineDrive.spinning(endpoint)) {
            SegmentAllocator targets = endpoint instanceof SharedMemoryEndpoint shared ? shared : arena;
            Session session = Handshake.agree(
                    protocol,
                    engines,
                    enginePorts.mtuBytes(),
                    enginePorts.areEncrypted(),
                    arena,
                    targets,
                    rendezvous,
                    HANDSHAKE_NS);
            return end.run(session, output);
        } catch (Exception e) {
            Exception told = withDiagnosis(e, enginePorts);
            rendezvous.sendFailure(told);
            throw told;
        }
    }

    /** A peer that is gone from the start may have another secret: the port's counters know. */
    private static Exception withDiagnosis(Exception e, EnginePorts ports) {
        String diagnosis = e instanceof RunFailure ? ports.diagnosis() : null;
        return diagnosis == null ? e : new RunFailure(e.getMessage() + "; " + diagnosis, e);
    }

    private @Nullable RatesFile rates(Endpoint endpoint) {
        PrintWriter err = spec.commandLine().getErr();
        try {
            return endpoint instanceof PacketEndpoint packets ? RatesFile.open(options.rates, packets, err) : null;
        } catch (IllegalArgumentException e) {
            // Faster than the port, which nobody knew before it was open.
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private boolean needsNoPort() {
        return kind != EndpointKind.PACKET;
    }

    private Endpoint endpoint(EnginePorts enginePorts, boolean server) {
        return switch (kind) {
            case PACKET -> ports.endpoint(enginePorts, server);
            case DIRECT -> ports.directEndpoint(server);
            case VERBS -> ports.verbsEndpoint();
        };
    }

    private Interruption interruption() {
        if (options.boundToStdin) {
            StdinWatch.start();
        }
        return Interruption.ofThisThread();
    }

    private Banner banner(String role, boolean server, Consumer<Banner> describe) {
        Banner banner = new Banner("helio " + spec.name() + ": " + role);
        describe.accept(banner);
        options.describe(banner, server, kind);
        return banner;
    }

    private RunReport report(Banner banner) {
        RunReport report = new RunReport(
                        spec.name(), spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
        if (options.port instanceof PortSpec.Dpdk) {
            report.environment("dpdk", DpdkLibrary.load().version());
        }
        return report;
    }

    private int finish(RunReport report, boolean passed) {
        report.passed(passed);
        if (options.json != null) {
            report.write(options.json);
        }
        return passed ? Helio.PASSED : Helio.FAILED;
    }

    private RendezvousAddress parse(String text, String what) {
        try {
            return RendezvousAddress.parse(text, options.rendezvousPort);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), what + ": " + e.getMessage(), e);
        }
    }

    private void say(String what) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("helio: " + what);
        err.flush();
    }
}

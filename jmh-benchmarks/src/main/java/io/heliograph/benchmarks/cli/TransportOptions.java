package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.session.RendezvousAddress;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.PathConfig;
import io.heliograph.transport.PathSpray;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.port.FaultConfig;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.wire.Crc32Provider;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that moves bytes: which port, what goes wrong on it, who is who, where both ends meet. */
final class TransportOptions {

    // RFC 2544 and RFC 5180 set these apart for measurements.
    private static final IpAddress[] IPV4 = {IpAddress.parse("198.18.0.1"), IpAddress.parse("198.18.0.2")};
    private static final IpAddress[] IPV6 = {IpAddress.parse("2001:2::1"), IpAddress.parse("2001:2::2")};

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "shm:helio",
            description = {
                "What carries the frames (default: ${DEFAULT-VALUE}):",
                "memory: both ends in this process, no address;",
                "shm:NAME: shared memory with the other process on this machine that names it;",
                "dpdk:DEVARGS: a DPDK device, such as dpdk:net_af_xdp0,iface=eth1 or dpdk:0000:01:00.0;",
                "verbs:DEVICE[/PORT[/GID]]: an RDMA device, such as verbs:mlx5_0 or verbs:rxe0/1/1. 'helio ports' lists what"
                        + " this machine has."
            })
    PortSpec port = PortSpec.parse("shm:helio");

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description = "Largest IP packet; both ends must have the same (default: 1500).")
    int mtuBytes = 1_500;

    @Option(
            names = "--engines",
            paramLabel = "COUNT",
            description =
                    "Engines of this end, each over its own port, and each on its own thread where there are several; both ends"
                            + " must have the same (default: ${DEFAULT-VALUE}). shm:NAME then stands for shm:NAME.0, shm:NAME.1"
                            + " and so on; a DPDK device has a queue pair for each engine, or is one for each where DEVARGS has %%n,"
                            + " which is the engine's number.")
    int engines = 1;

    @Option(
            names = "--fault",
            paramLabel = "FAULTS",
            description =
                    "What the port does to frames that this end sends, such as loss=0.01,reorder=0.01,seed=7; also dup,"
                            + " corrupt, trim, delay. With --port memory both ends do it (default: none).")
    @Nullable
    FaultConfig fault;

    @Option(
            names = "--capture",
            paramLabel = "FILE",
            description =
                    "Writes all frames of this end's port to a pcapng file; 'helio decode' and Wireshark read it.")
    @Nullable
    Path capture;

    @Option(
            names = "--secret",
            paramLabel = "FILE",
            description = {
                "Encrypts every packet (AES-128-GCM) with keys that follow from this file, which both ends must have alike: 16 random"
                        + " bytes or more, readable by its owner alone. The clocks of both machines must be right to within 10 s"
                        + " (default: no encryption)."
            })
    @Nullable
    Path secret;

    @Option(
            names = "--address",
            paramLabel = "IP",
            description = "This end's transport address, IPv4 or IPv6 (default: server 198.18.0.1, client 198.18.0.2).")
    @Nullable
    IpAddress address;

    @Option(
            names = "--peer-timeout",
            paramLabel = "SECONDS",
            description = "A peer that owes an answer and is silent for so long is gone (default: ${DEFAULT-VALUE}).")
    double peerTimeoutSeconds = 2;

    @Option(
            names = "--paths",
            paramLabel = "N",
            description = "Entropy values, and so paths, towards the peer: 16 to 256 (default: ${DEFAULT-VALUE}).")
    int paths = Tunables.ENTROPY_VALUES;

    @Option(
            names = "--path-policy",
            paramLabel = "POLICY",
            description = "How packets are sprayed over them: adaptive leaves paths that look bad, oblivious does not"
                    + " (default: adaptive).")
    PathSpray pathPolicy = PathSpray.ADAPTIVE;

    @Option(
            names = "--rates",
            paramLabel = "FILE",
            description = {
                "Paces what this end sends by a rate table, comma-separated values: a line line_rate_bps, BPS; then the titles"
                        + " source, destination, class, period_ns, start_ns, rate_bps; then a line for each phase, with"
                        + " period_ns and start_ns empty if the rate never changes. Bits are those of the wire; these"
                        + " commands send in class 0. A file that changes is read again (default: line rate)."
            })
    @Nullable
    Path rates;

    @Option(
            names = {"-p", "--rendezvous-port"},
            paramLabel = "PORT",
            description = "TCP port where both ends meet (default: ${DEFAULT-VALUE}).")
    int rendezvousPort = RendezvousAddress.DEFAULT_PORT;

    @Option(
            names = "--rendezvous-timeout",
            paramLabel = "SECONDS",
            description = "How long a server waits for its client (default: ${DEFAULT-VALUE}).")
    long rendezvousTimeoutSeconds = 60;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    @Nullable
    Path json;

    @Option(names = "--bound-to-stdin", hidden = true, description = "Ends this process when its standard input does.")
    boolean boundToStdin;

    /** Whether both ends are in this process. */
    boolean isMemory() {
        return port instanceof PortSpec.Memory;
    }

    /** The faults of an engine's port; each engine has its own seed. */
    FaultConfig fault(int engine) {
        FaultConfig all = fault == null ? FaultConfig.NONE : fault;
        return all.withSeed(all.seed() + engine);
    }

    /** The transport address of one end. */
    IpAddress address(boolean server) {
        IpAddress own = address;
        if (own != null && !(isMemory() && server)) {
            return own;
        }
        return (own == null || own.isIpv4() ? IPV4 : IPV6)[server ? 0 : 1];
    }

    PathConfig pathConfig() {
        return PathConfig.of(pathPolicy).withPaths(paths);
    }

    long peerTimeoutNs() {
        return (long) (peerTimeoutSeconds * TimeUnit.SECONDS.toNanos(1));
    }

    long rendezvousTimeoutNs() {
        return TimeUnit.SECONDS.toNanos(rendezvousTimeoutSeconds);
    }

    /** Adds what is in effect. */
    void describe(Banner banner, boolean server, EndpointKind endpoint) {
        boolean packets = endpoint == EndpointKind.PACKET;
        banner.with("endpoint", endpoint).with("port", port);
        if (packets) {
            banner.with("MTU [bytes]", mtuBytes).with("engines", engines);
        }
        if (endpoint == EndpointKind.VERBS) {
            banner.with("address", address == null ? "the device's" : address);
        } else {
            banner.with("address", isMemory() ? address(false) + " -> " + address(true) : address(server));
        }
        if (packets) {
            banner.with("fault", fault == null ? "none" : fault)
                    .with("encryption", secret == null ? "none" : "AES-128-GCM with the secret of " + secret)
                    .with("ICRC by", Crc32Provider.best().title())
                    .with("paths", pathConfig())
                    .with("rates", rates == null ? "line rate" : rates);
        }
        banner.with("peer timeout [s]", peerTimeoutSeconds);
        if (packets) {
            banner.with("capture", capture == null ? "none" : capture);
        }
        banner.with("JSON", json == null ? "none" : json);
    }
}

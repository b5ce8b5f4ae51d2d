package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.offload.query.QueryLayout;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.FaultConfig;
import io.heliograph.transport.port.PortSpec;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of both ends of inference over packets: which port, what goes wrong on it, who is who. */
final class QueryPortOptions {

    /** All of them, for who must refuse them. */
    static final List<String> NAMES = List.of("--port", "--mtu", "--fault", "--capture", "--address", "--query-port");

    private static final int LARGEST_PORT = 0xFFFF;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = {
                "What carries the packets (default: shm:helio):",
                "memory: both ends in this process;",
                "shm:NAME: shared memory with the other process on this machine that names it;",
                "dpdk:DEVARGS: a DPDK device, such as dpdk:net_af_xdp0,iface=eth1;",
                "verbs:DEVICE[/PORT[/GID]]: the datagrams of an RDMA device, such as verbs:mlx5_0. 'helio ports' lists what this"
                        + " machine has."
            })
    PortSpec port = PortSpec.parse("shm:helio");

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description = "Largest IP packet; both ends must have the same (default: ${DEFAULT-VALUE}).")
    int mtuBytes = 1_500;

    @Option(
            names = "--fault",
            paramLabel = "FAULTS",
            description =
                    "What the port does to packets that this end sends, such as loss=0.01,seed=7; also dup, reorder, corrupt, delay"
                            + " (default: none).")
    @Nullable
    FaultConfig fault;

    @Option(
            names = "--capture",
            paramLabel = "FILE",
            description = "Writes all frames of this end's port to a pcapng file.")
    @Nullable
    Path capture;

    @Option(
            names = "--address",
            paramLabel = "IP",
            description = "This end's address, IPv4 or IPv6 (default: server 198.18.0.1, client 198.18.0.2).")
    @Nullable
    IpAddress address;

    @Option(
            names = "--query-port",
            paramLabel = "PORT",
            description = "UDP port that queries go to (default: ${DEFAULT-VALUE}).")
    int queryPort = QueryLayout.DEFAULT_UDP_PORT;

    /** The same as every command that moves bytes has them. */
    TransportOptions transport(int engines) {
        TransportOptions options = new TransportOptions();
        options.port = port;
        options.mtuBytes = mtuBytes;
        options.fault = fault;
        options.capture = capture;
        options.address = address;
        options.engines = engines;
        return options;
    }

    /**
     * Opens nothing yet.
     *
     * @throws IllegalArgumentException if one of them makes no sense
     */
    PortOpener opener(int engines) {
        if (queryPort < 1 || queryPort > LARGEST_PORT || queryPort == EndpointConfig.ROCE_V2_PORT) {
            throw new IllegalArgumentException("--query-port must be from 1 to 65535, and not RoCE's 4791");
        }
        return new PortOpener(transport(engines));
    }

    /** Adds what is in effect. */
    void describe(Banner banner, IpAddress own) {
        banner.with("port", port)
                .with("MTU [bytes]", mtuBytes)
                .with("address", own)
                .with("query port (UDP)", queryPort)
                .with("fault", fault == null ? "none" : fault)
                .with("capture", capture == null ? "none" : capture);
    }
}

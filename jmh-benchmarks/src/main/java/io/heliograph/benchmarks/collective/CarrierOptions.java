package io.heliograph.benchmarks.collective;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.collectives.execute.JobPorts;
import io.heliograph.collectives.execute.JobTransport;
import io.heliograph.collectives.planning.controller.ControllerAddress;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.port.FaultConfig;
import io.heliograph.transport.port.FaultInjectorPort;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.rate.RateTableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what carries the chunks of a collective. */
public final class CarrierOptions {
    /** This process's transport address, where launchers or users set it for each. */
    static final String ADDRESS = "HELIO_ADDRESS";

    private static final String DIRECT = "direct";
    private static final String PACKET = "packet";
    private static final String AUTO = "auto";
    /** Options that mean something for packets alone. */
    private static final List<String> OF_PACKETS = List.of(
            "--mtu", "--engines", "--address", "--fault", "--peer-timeout", "--agent", "--rates", "--controller");

    private static final int SEEDS_PER_RANK = 16;
    private static final PortSpec DEFAULT_PORT = PortSpec.parse("shm:helio");

    @Option(
            names = "--endpoint",
            paramLabel = "KIND",
            description =
                    "What moves the bytes: direct (placement in shared memory, for ranks of one machine), packet (the packet protocol over --port),"
                            + " or auto (direct within a machine, packet across) (default: packet with --port, else direct).")
    private @Nullable String endpoint;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = {
                "What carries the packets (default: shm:helio):",
                "shm:NAME: shared memory between each two ranks of one machine;",
                "dpdk:DEVARGS: a DPDK device, such as dpdk:net_af_packet0,iface=eth1, with %%r for the rank and %%l for its number among the"
                        + " ranks of its host;",
                "verbs:DEVICE[/PORT[/GID]]: the datagrams of an RDMA device, such as verbs:mlx5_%%l, with the same in its name."
                        + " 'helio ports' lists what this machine has."
            })
    private @Nullable PortSpec port;

    @Option(names = "--mtu", paramLabel = "BYTES", description = "Largest IP packet (default: ${DEFAULT-VALUE}).")
    private int mtuBytes = 1_500;

    @Option(
            names = "--engines",
            paramLabel = "COUNT",
            description =
                    "Engines of each rank, each over its own port or queue pair; %%n in DEVARGS is the engine's number (default: ${DEFAULT-VALUE}).")
    private int engines = 1;

    @Option(
            names = "--address",
            paramLabel = "IP",
            description = "Transport address of rank 0; each other rank has the one after that of the rank before. "
                    + ADDRESS + " in a process's environment is that process's own instead (default: 198.18.0.1).")
    private @Nullable IpAddress address;

    @Option(
            names = "--fault",
            paramLabel = "FAULTS",
            description =
                    "What ports do to the frames that each rank sends, such as loss=0.01,reorder=0.01,seed=7; also dup, corrupt, trim, delay (default: none).")
    private @Nullable FaultConfig fault;

    @Option(
            names = "--peer-timeout",
            paramLabel = "SECONDS",
            description =
                    "A rank that owes an answer and is silent for so long is gone (default: ${DEFAULT-VALUE}). Without --agent, one that computes between two calls"
                            + " is silent.")
    private double peerTimeoutSeconds = 10;

    @Option(
            names = "--agent",
            description = "Has packets moved by threads of their own, one for each engine, instead of in calls alone.")
    private boolean agent;

    @Option(
            names = "--rates",
            paramLabel = "FILE",
            description =
                    "Paces what each rank sends by a table of rates, as 'helio plan --rates' writes it for all; --address gives ranks"
                            + " the addresses that it names (default: line rate).")
    private @Nullable Path rates;

    @Option(
            names = "--controller",
            paramLabel = "ADDRESS[:PORT]",
            description =
                    "Has packets wait for slots that a controller on this machine grants: 'helio arbiter --serve' at this address, over ports that reach each other, or the"
                            + " same shm:NAME. It says by itself what its slots are (collectives/CONTROLLER.md; default: none, packets leave at once).")
    private @Nullable String controller;

    /** Made by the command line. */
    public CarrierOptions() {}

    /**
     * What the options name.
     *
     * @param environment of the job
     * @param isGiven whether the user gave an option
     * @throws IllegalArgumentException if they make no sense
     * @throws EnvironmentException if {@value #ADDRESS} is no address
     */
    public JobTransport transport(Map<String, String> environment, Predicate<String> isGiven) {
        String kind = endpoint == null ? port == null ? DIRECT : PACKET : endpoint;
        if (kind.equals(DIRECT)) {
            if (port != null) {
                throw new IllegalArgumentException("--endpoint direct needs no --port; leave one of them out");
            }
            for (String option : OF_PACKETS) {
                if (isGiven.test(option)) {
                    throw new IllegalArgumentException(option + " is for packets: give --port or --endpoint packet");
                }
            }
            return JobTransport.DIRECT;
        }
        if (kind.equals(AUTO) && port == null) {
            throw new IllegalArgumentException("--endpoint auto: say with --port what reaches other machines");
        }
        if (!kind.equals(AUTO) && !kind.equals(PACKET)) {
            throw new IllegalArgumentException("--endpoint " + kind + ": give direct, packet or auto");
        }
        JobPorts ports = ports(environment);
        JobTransport transport = kind.equals(AUTO) ? JobTransport.nearest(ports) : JobTransport.packets(ports);
        if (controller != null) {
            transport = transport.withController(ControllerAddress.parse(controller));
        }
        return agent ? transport.withAgent() : transport;
    }

    private JobPorts ports(Map<String, String> environment) {
        JobPorts ports = JobPorts.of(port == null ? DEFAULT_PORT : port)
                .withMtuBytes(mtuBytes)
                .withEngines(engines)
                .withPeerTimeoutNs((long) (peerTimeoutSeconds * TimeUnit.SECONDS.toNanos(1)))
                .withOwnAddress(ownAddress(environment))
                .withRates(rates());
        if (address != null) {
            ports = ports.withFirstAddress(address);
        }
        FaultConfig faults = fault;
        return faults == null
                ? ports
                : ports.withWrapping((inner, rank, engine) -> new FaultInjectorPort(
                        inner,
                        faults.withSeed(faults.seed() + (long) rank * SEEDS_PER_RANK + engine),
                        SystemClock.INSTANCE));
    }

    private static @Nullable IpAddress ownAddress(Map<String, String> environment) {
        String text = environment.get(ADDRESS);
        try {
            return text == null ? null : IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new EnvironmentException("environment: " + ADDRESS + ": " + e.getMessage(), e);
        }
    }

    private @Nullable RateTable rates() {
        try {
            return rates == null ? null : RateTableFile.read(rates);
        } catch (IOException e) {
            throw new IllegalArgumentException("--rates " + rates + ": " + e.getMessage(), e);
        }
    }

    /** The file of {@code --rates}, for people. */
    public String rateFile() {
        return rates == null ? "none: line rate" : rates.toString();
    }

    /** Faults of the ports, for people. */
    public String faults() {
        return fault == null ? "none" : fault.toString();
    }

    /** After how long a rank that is silent is gone. */
    public double peerTimeoutSeconds() {
        return peerTimeoutSeconds;
    }

    /** Whether frames go through DPDK. */
    boolean isDpdk() {
        return port instanceof PortSpec.Dpdk;
    }
}

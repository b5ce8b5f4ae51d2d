package io.heliograph.benchmarks.emulator;

import io.heliograph.benchmarks.cli.StdinWatch;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.session.RendezvousAddress;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.emulator.conformance.live.LiveDevices;
import io.heliograph.emulator.conformance.live.LiveTiming;
import io.heliograph.emulator.conformance.live.TargetRegion;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.port.Ports;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code helio conform} must know of a device on a live port. */
final class LiveOptions {
    /** Of an agent that names none. */
    static final int AGENT_PORT = 18_516;

    private static final double NS_PER_MS = 1e6;

    @Option(
            names = "--agent",
            paramLabel = "HOST[:PORT]|unix:PATH",
            description =
                    "Port: where the device's agent listens, which resets the device and does what its application is told; without one, only answers to peers that write are judged.")
    private @Nullable String agent;

    @Option(
            names = "--region",
            paramLabel = "ADDRESS:LENGTH:KEY",
            description =
                    "Port without agent: registered memory of the device that peers may write to, 65536 bytes or more.")
    private @Nullable String region;

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            defaultValue = "1500",
            description = "Port: largest IP packet of the link; default ${DEFAULT-VALUE}.")
    private int mtuBytes;

    @Option(
            names = "--settle",
            paramLabel = "MILLISECONDS",
            defaultValue = "2",
            description =
                    "Port: how long nothing must come before it counts as nothing, less than the least timeout of 4; default ${DEFAULT-VALUE}.")
    private double settleMs;

    @Option(
            names = "--patience",
            paramLabel = "MILLISECONDS",
            defaultValue = "1000",
            description = "Port: how long to wait for what must come; default ${DEFAULT-VALUE}.")
    private double patienceMs;

    @Option(
            names = "--tolerance",
            paramLabel = "MILLISECONDS",
            defaultValue = "5",
            description = "Port: how far moments may be from what rules say; default ${DEFAULT-VALUE}.")
    private double toleranceMs;

    @Option(
            names = "--slowdown",
            paramLabel = "FACTOR",
            defaultValue = "1",
            description =
                    "Port: how many times slower than hardware the device is, if it is a simulation; all times above are the device's; default ${DEFAULT-VALUE}.")
    private double slowdown;

    @Option(names = "--bound-to-stdin", hidden = true, description = "Ends when standard input does.")
    private boolean boundToStdin;

    /** The names of all of them, for devices that they are not for. */
    static final String[] NAMES = {"--agent", "--region", "--mtu", "--settle", "--patience", "--tolerance", "--slowdown"
    };

    boolean hasAgent() {
        return agent != null;
    }

    /**
     * Opens the port and meets the device.
     *
     * @param address the device's, where there is no agent to give it one
     * @throws IllegalArgumentException if options make no sense
     * @throws EnvironmentException if the port cannot be had, or no agent listens
     */
    LiveDevices open(String portText, @Nullable IpAddress address, int windowPackets) {
        PortSpec spec = PortSpec.parse(portText);
        if (spec instanceof PortSpec.Memory) {
            throw new IllegalArgumentException(
                    "memory has both its ends in one process: give shm:NAME or dpdk:DEVARGS");
        }
        LiveTiming timing = timing();
        if (boundToStdin) {
            StdinWatch.start();
        }
        if (agent != null) {
            if (address != null || region != null) {
                throw new IllegalArgumentException(
                        "--address and --region are for devices without --agent: it gives the device its address");
            }
            return withAgent(spec, timing, RendezvousAddress.parse(agent, AGENT_PORT));
        }
        if (address == null || region == null) {
            throw new IllegalArgumentException(
                    "a device on a port needs --agent, or --address and --region: CONFORMANCE.md says how to choose");
        }
        TargetRegion target = TargetRegion.parse(region);
        return LiveDevices.target(
                Ports.open(spec, mtuBytes), SystemClock.INSTANCE, timing, address, target, windowPackets);
    }

    private LiveTiming timing() {
        return new LiveTiming(
                (long) (settleMs * NS_PER_MS),
                (long) (patienceMs * NS_PER_MS),
                (long) (toleranceMs * NS_PER_MS),
                slowdown);
    }

    private LiveDevices withAgent(PortSpec spec, LiveTiming timing, RendezvousAddress where) {
        Port port = Ports.open(spec, mtuBytes);
        try {
            return LiveDevices.withAgent(port, SystemClock.INSTANCE, timing, where.resolve());
        } catch (UnknownHostException e) {
            port.close();
            throw new EnvironmentException("no host of this name: " + where, e);
        }
    }

    void describe(Banner banner) {
        banner.with("agent", agent == null ? "none: only answers to peers that write are judged" : agent)
                .with("mtu [bytes]", mtuBytes)
                .with("settle [ms]", settleMs)
                .with("patience [ms]", patienceMs)
                .with("tolerance [ms]", toleranceMs)
                .with("slowdown", slowdown);
        if (region != null) {
            banner.with("region", region);
        }
    }
}

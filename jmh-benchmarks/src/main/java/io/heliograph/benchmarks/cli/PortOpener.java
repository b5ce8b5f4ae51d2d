package io.heliograph.benchmarks.cli;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.capture.CapturePort;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.FaultInjectorPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.port.Ports;
import io.heliograph.transport.security.Keyring;
import io.heliograph.transport.security.Secret;
import io.heliograph.transport.security.SecureConfig;
import io.heliograph.transport.security.SecurePort;
import io.heliograph.transport.sharedmemory.SharedMemoryEndpoint;
import io.heliograph.transport.verbs.VerbsEndpoint;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens what {@link TransportOptions} name: the port of each engine with its wrappers, and an endpoint on them. */
final class PortOpener {

    private static final int LEAST_MTU_BYTES = 576;
    private static final int GREATEST_MTU_BYTES = 9_000;
    private static final int MOST_ENGINES = 16;

    private final TransportOptions options;

    /**
     * Looks at the options before anything is opened.
     *
     * @throws IllegalArgumentException if one of them makes no sense
     */
    PortOpener(TransportOptions options) {
        this.options = options;
        check(options);
    }

    /**
     * Looks at the options.
     *
     * @throws IllegalArgumentException if one of them makes no sense
     */
    static void check(TransportOptions options) {
        if (options.mtuBytes < LEAST_MTU_BYTES || options.mtuBytes > GREATEST_MTU_BYTES) {
            throw new IllegalArgumentException("--mtu must be from " + LEAST_MTU_BYTES + " to " + GREATEST_MTU_BYTES);
        }
        if (options.engines < 1 || options.engines > MOST_ENGINES) {
            throw new IllegalArgumentException("--engines must be from 1 to " + MOST_ENGINES);
        }
        if (options.engines > 1 && options.capture != null) {
            throw new IllegalArgumentException("--capture takes the frames of one port: give --engines 1");
        }
        if (options.engines > 1 && options.secret != null) {
            throw new IllegalArgumentException(
                    "--secret protects against replay port by port: give --engines 1, or an address of its own to each engine");
        }
        if (options.rates != null) {
            RatesFile.read(options.rates);
        }
        EndpointConfig checked = config(options, false);
        if (checked.address().equals(options.address(true)) && options.isMemory()) {
            throw new IllegalArgumentException("--address " + checked.address() + " is the server's: choose another");
        }
    }

    /**
     * Opens the ports of one end.
     *
     * @throws EnvironmentException if this machine does not offer one of them
     */
    EnginePorts open(boolean server) {
        // Before the ports, which may take seconds to open.
        readSecret();
        List<Port> bare = EnginePorts.open(options.port, options.engines, options.mtuBytes);
        List<Port> wrapped = new ArrayList<>();
        try {
            for (Port port : bare) {
                wrapped.add(wrap(port, wrapped.size(), server));
            }
            return new EnginePorts(wrapped);
        } catch (RuntimeException e) {
            wrapped.forEach(Port::close);
            bare.forEach(Port::close);
            throw e;
        }
    }

    /** Opens the ports of both ends in this process: the server's, then the client's. */
    List<EnginePorts> openPairs() {
        readSecret();
        List<Port> servers = new ArrayList<>();
        List<Port> clients = new ArrayList<>();
        try {
            for (PortSpec spec : EnginePorts.specs(options.port, options.engines)) {
                PortPair pair = Ports.openPair(spec, options.mtuBytes);
                int engine = servers.size();
                servers.add(wrap(pair.left(), engine, true));
                clients.add(wrap(pair.right(), engine, false));
            }
            return List.of(new EnginePorts(servers), new EnginePorts(clients));
        } catch (RuntimeException e) {
            servers.forEach(Port::close);
            clients.forEach(Port::close);
            throw e;
        }
    }

    /**
     * Wraps a port as the options say: encryption around faults around the capture, which therefore holds what is really on the wire. The
     * wrapper closes the port. With both ends in one process, the capture is the client's.
     *
     * @throws EnvironmentException if encryption is asked for and this machine has none; the port is closed then
     */
    private Port wrap(Port port, int engine, boolean server) {
        Port wrapped = port;
        if (options.capture != null && !(options.isMemory() && server)) {
            wrapped = capture(port, options.capture);
        }
        if (options.fault != null) {
            wrapped = new FaultInjectorPort(wrapped, options.fault(engine), SystemClock.INSTANCE);
        }
        return options.secret == null ? wrapped : secure(wrapped, server);
    }

    private Port secure(Port port, boolean server) {
        try {
            Secret secret = Objects.requireNonNull(readSecret());
            return SecurePort.open(port, SecureConfig.of(options.address(server)), Keyring.of(secret));
        } catch (EnvironmentException e) {
            port.close();
            throw e;
        }
    }

    private @Nullable Secret readSecret() {
        return options.secret == null ? null : Secret.read(options.secret);
    }

    private static Port capture(Port port, Path file) {
        try {
            return CapturePort.open(port, file);
        } catch (UncheckedIOException e) {
            throw new EnvironmentException("cannot write the capture " + file + ": " + e.getMessage(), e);
        }
    }

    /** An endpoint with random keys and an engine for each port. */
    PacketEndpoint endpoint(EnginePorts ports, boolean server) {
        return open(config(options, server), ports);
    }

    /** The same with so many work queues and room for so many memory regions. */
    PacketEndpoint endpoint(EnginePorts ports, boolean server, int workQueues, int maxRegions) {
        return open(config(options, server).withWorkQueues(workQueues).withMaxRegions(maxRegions), ports);
    }

    private static PacketEndpoint open(EndpointConfig config, EnginePorts ports) {
        SecureRandom secure = new SecureRandom();
        RandomSource random = secure::nextLong;
        return PacketEndpoint.open(config, SystemClock.INSTANCE, random, ports.ports());
    }

    /** An endpoint that needs no port, with random keys; {@code --port} names its domain. */
    SharedMemoryEndpoint directEndpoint(boolean server) {
        SecureRandom secure = new SecureRandom();
        String domain = options.port instanceof PortSpec.SharedMemory named
                ? named.name()
                : "memory-" + ProcessHandle.current().pid();
        return SharedMemoryEndpoint.open(config(options, server), SystemClock.INSTANCE, secure::nextLong, domain);
    }

    /** An endpoint of the RDMA device that {@code --port} names, which does the protocol itself. */
    VerbsEndpoint verbsEndpoint() {
        SecureRandom secure = new SecureRandom();
        IpAddress address = options.address == null ? verbsAddress() : options.address;
        EndpointConfig config = EndpointConfig.of(address).withPeerTimeoutNs(options.peerTimeoutNs());
        return VerbsEndpoint.open(config, SystemClock.INSTANCE, secure::nextLong, rdmaDevice());
    }

    /**
     * The address of an RDMA device, unless the user chose another.
     *
     * @throws EnvironmentException if this machine has no such device, or that no address
     */
    IpAddress verbsAddress() {
        return VerbsEndpoint.addressOf(rdmaDevice());
    }

    private PortSpec.Verbs rdmaDevice() {
        if (options.port instanceof PortSpec.Verbs device) {
            return device;
        }
        throw new IllegalArgumentException("not an RDMA device: port=" + options.port);
    }

    private static EndpointConfig config(TransportOptions options, boolean server) {
        return EndpointConfig.of(options.address(server))
                .withPeerTimeoutNs(options.peerTimeoutNs())
                .withPaths(options.pathConfig());
    }
}

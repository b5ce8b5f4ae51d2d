package io.heliograph.benchmarks.cli;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.capture.CapturePort;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.FaultInjectorPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.port.Ports;
import io.heliograph.transport.security.Keyring;
import io.heliograph.transport.security.Secret;
import io.heliograph.transport.security.SecureConfig;
import io.heliograph.transport.security.SecurePort;
import io.heliograph.transport.sharedmemory.SharedMemoryEndpoint;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens what {@link TransportOptions} name: the port with its wrappers, and an endpoint on it. */
final class PortOpener {

    private static final int LEAST_MTU_BYTES = 576;
    private static final int GREATEST_MTU_BYTES = 9_000;

    private final TransportOptions options;

    /**
     * Looks at the options before anything is opened.
     *
     * @throws IllegalArgumentException if one of them makes no sense
     */
    PortOpener(TransportOptions options) {
        this.options = options;
        if (options.mtuBytes < LEAST_MTU_BYTES || options.mtuBytes > GREATEST_MTU_BYTES) {
            throw new IllegalArgumentException("--mtu must be from " + LEAST_MTU_BYTES + " to " + GREATEST_MTU_BYTES);
        }
        EndpointConfig checked = config(false);
        if (checked.address().equals(options.address(true)) && options.isMemory()) {
            throw new IllegalArgumentException("--address " + checked.address() + " is the server's: choose another");
        }
    }

    /**
     * Opens the port of one end.
     *
     * @throws EnvironmentException if this machine does not offer it
     */
    Port open(boolean server) {
        // Before the port, which may take seconds to open.
        readSecret();
        return wrap(Ports.open(options.port, options.mtuBytes), server);
    }

    /**
     * Wraps a port as the options say: encryption around faults around the capture, which therefore holds what is really on the wire. The
     * wrapper closes the port. With both ends in one process, the capture is the client's.
     *
     * @throws EnvironmentException if encryption is asked for and this machine has none; the port is closed then
     */
    Port wrap(Port port, boolean server) {
        Port wrapped = port;
        if (options.capture != null && !(options.isMemory() && server)) {
            wrapped = capture(port, options.capture);
        }
        if (options.fault != null) {
            wrapped = new FaultInjectorPort(wrapped, options.fault, SystemClock.INSTANCE);
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

    /** An endpoint with random keys. */
    Endpoint endpoint(Port port, boolean server) {
        SecureRandom secure = new SecureRandom();
        RandomSource random = secure::nextLong;
        return PacketEndpoint.open(config(server), SystemClock.INSTANCE, random, port);
    }

    /** An endpoint that needs no port, with random keys; {@code --port} names its domain. */
    SharedMemoryEndpoint directEndpoint(boolean server) {
        SecureRandom secure = new SecureRandom();
        String domain = options.port instanceof PortSpec.SharedMemory named
                ? named.name()
                : "memory-" + ProcessHandle.current().pid();
        return SharedMemoryEndpoint.open(config(server), SystemClock.INSTANCE, secure::nextLong, domain);
    }

    private EndpointConfig config(boolean server) {
        return EndpointConfig.of(options.address(server))
                .withPeerTimeoutNs(options.peerTimeoutNs())
                .withPaths(options.pathConfig());
    }
}

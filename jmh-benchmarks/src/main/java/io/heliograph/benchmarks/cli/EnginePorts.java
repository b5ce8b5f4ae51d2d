package io.heliograph.benchmarks.cli;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.port.Ports;
import io.heliograph.transport.security.SecurePort;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ports of one end, one for each engine: {@code shm:NAME} stands for {@code shm:NAME.0}, {@code shm:NAME.1} and so on; a device has a
 * queue pair for each engine, or, with {@value #NUMBER} in its arguments, is one for each, with that engine's number.
 *
 * @param ports in the order of the engines
 */
record EnginePorts(List<Port> ports) implements AutoCloseable {

    /** Of an endpoint that needs none. */
    static final EnginePorts NONE = new EnginePorts(List.of());

    /** What to write in the arguments of a device where its number belongs. */
    static final String NUMBER = "%n";

    /** What each engine's port is called; a device that all share is called the same. */
    static List<PortSpec> specs(PortSpec port, int engines) {
        List<PortSpec> specs = new ArrayList<>();
        for (int engine = 0; engine < engines; engine++) {
            specs.add(
                    switch (port) {
                        case PortSpec.Memory memory -> memory;
                        case PortSpec.SharedMemory shared ->
                            engines == 1 ? shared : new PortSpec.SharedMemory(shared.name() + "." + engine);
                        case PortSpec.Dpdk dpdk ->
                            new PortSpec.Dpdk(dpdk.device().replace(NUMBER, Integer.toString(engine)));
                        case PortSpec.Verbs verbs ->
                            new PortSpec.Verbs(
                                    verbs.device().replace(NUMBER, Integer.toString(engine)),
                                    verbs.port(),
                                    verbs.gidIndex());
                    });
        }
        return specs;
    }

    /**
     * Opens the port of each engine.
     *
     * @throws EnvironmentException if this machine does not offer one of them, or the device has too few queues
     * @throws IllegalArgumentException if the device's arguments name another number of queues
     */
    static List<Port> open(PortSpec port, int engines, int mtuBytes) {
        if (port instanceof PortSpec.Dpdk dpdk && engines > 1 && !dpdk.device().contains(NUMBER)) {
            return Ports.openQueues(dpdk, mtuBytes, engines);
        }
        List<Port> opened = new ArrayList<>();
        try {
            for (PortSpec each : specs(port, engines)) {
                opened.add(Ports.open(each, mtuBytes));
            }
            return opened;
        } catch (RuntimeException e) {
            opened.forEach(Port::close);
            throw e;
        }
    }

    /** Largest IP packet, the same for all; 0 if there are none. */
    int mtuBytes() {
        return ports.isEmpty() ? 0 : ports.getFirst().info().mtuBytes();
    }

    /** Whether packets are encrypted. */
    boolean areEncrypted() {
        return !ports.isEmpty() && ports.getFirst() instanceof SecurePort;
    }

    /** What encryption knows of why nothing comes from the other end, or null. */
    @Nullable
    String diagnosis() {
        return !ports.isEmpty() && ports.getFirst() instanceof SecurePort secure ? secure.diagnosis() : null;
    }

    @Override
    public void close() {
        ports.forEach(Port::close);
    }
}

package io.heliograph.benchmarks.cli;

import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.security.SecurePort;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ports of one end, one for each engine: {@code shm:NAME} stands for {@code shm:NAME.0}, {@code shm:NAME.1} and so on, and in the
 * arguments of a device {@value #NUMBER} is the engine's number.
 *
 * @param ports in the order of the engines
 */
record EnginePorts(List<Port> ports) implements AutoCloseable {

    /** Of an endpoint that needs none. */
    static final EnginePorts NONE = new EnginePorts(List.of());

    /** What to write in the arguments of a device where its number belongs. */
    static final String NUMBER = "%n";

    /**
     * What each engine's port is called.
     *
     * @throws IllegalArgumentException if the port carries one engine only
     */
    static List<PortSpec> specs(PortSpec port, int engines) {
        List<PortSpec> specs = new ArrayList<>();
        for (int engine = 0; engine < engines; engine++) {
            specs.add(engines == 1 && !port.toString().contains(NUMBER) ? port : spec(port, engine));
        }
        return specs;
    }

    private static PortSpec spec(PortSpec port, int engine) {
        return switch (port) {
            case PortSpec.Memory memory -> memory;
            case PortSpec.SharedMemory shared -> new PortSpec.SharedMemory(shared.name() + "." + engine);
            case PortSpec.Dpdk dpdk -> {
                if (!dpdk.device().contains(NUMBER)) {
                    throw new IllegalArgumentException(
                            "a device is opened with one queue pair, which is one engine: port=" + port
                                    + "; give --engines 1, or a device for each engine with " + NUMBER
                                    + " where its number belongs, such as"
                                    + " dpdk:net_memif%n,role=server,id=%n,socket=/run/helio.sock");
                }
                yield new PortSpec.Dpdk(dpdk.device().replace(NUMBER, Integer.toString(engine)));
            }
        };
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

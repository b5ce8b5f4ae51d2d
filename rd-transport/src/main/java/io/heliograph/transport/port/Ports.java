package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import java.util.List;

/** Opens the port that a {@link PortSpec} means, with everything but the MTU as usual. */
public final class Ports {
    /** Frames of a queue pair with the largest MTU, and what DPDK keeps beside them. */
    private static final int MEGABYTES_A_QUEUE = 128;

    private Ports() {}

    /**
     * Opens one port.
     *
     * @param mtuBytes the largest IP packet, 576 to 9000
     * @throws EnvironmentException if this machine lacks what the port needs
     * @throws IllegalArgumentException if a value is out of range, or for {@code memory}, which has both its ends in one process
     */
    public static Port open(PortSpec spec, int mtuBytes) {
        return switch (spec) {
            case PortSpec.Memory memory ->
                throw new IllegalArgumentException(
                        "memory has both its ends in one process: port=" + memory + "; open a pair, or give shm:NAME");
            case PortSpec.SharedMemory shared -> SharedMemoryPort.open(shared.name(), mtuBytes);
            case PortSpec.Dpdk dpdk -> DpdkPort.open(DpdkPortConfig.of(dpdk.device(), mtuBytes));
            case PortSpec.Verbs verbs -> VerbsPort.open(verbs, mtuBytes);
        };
    }

    /**
     * Opens the queue pairs of one device, a port for each: see {@link DpdkPort#openQueues}.
     *
     * @param mtuBytes the largest IP packet, 576 to 9000
     * @throws EnvironmentException if this machine lacks what the ports need, or the device has fewer queues; the message says how many
     * @throws IllegalArgumentException if a value is out of range or contradicts the device's arguments
     */
    public static List<Port> openQueues(PortSpec.Dpdk spec, int mtuBytes, int queues) {
        DpdkPortConfig config = DpdkPortConfig.of(spec.device(), mtuBytes);
        int megabytes = Math.max(config.memoryMegabytes(), queues * MEGABYTES_A_QUEUE);
        return DpdkPort.openQueues(config.withMemoryMegabytes(megabytes), queues);
    }

    /**
     * Opens both ends of a port in this process.
     *
     * @throws EnvironmentException if this machine lacks what the port needs
     * @throws IllegalArgumentException if a value is out of range, or for a device, whose other end is elsewhere
     */
    public static PortPair openPair(PortSpec spec, int mtuBytes) {
        return switch (spec) {
            case PortSpec.Memory memory -> MemoryPort.pair(mtuBytes);
            case PortSpec.SharedMemory shared -> {
                SharedMemoryPort left = SharedMemoryPort.open(shared.name(), mtuBytes);
                try {
                    yield new PortPair(left, SharedMemoryPort.open(shared.name(), mtuBytes));
                } catch (RuntimeException e) {
                    left.close();
                    throw e;
                }
            }
            case PortSpec.Dpdk _, PortSpec.Verbs _ ->
                throw new IllegalArgumentException(
                        "a device has its other end elsewhere: port=" + spec + "; open one port");
        };
    }
}

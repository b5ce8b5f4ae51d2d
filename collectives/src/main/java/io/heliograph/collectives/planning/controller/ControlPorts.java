package io.heliograph.collectives.planning.controller;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.transport.Clock;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.port.Ports;
import io.heliograph.transport.port.SharedMemoryPort;
import java.util.ArrayList;
import java.util.List;

/**
 * The ports that a controller and its nodes reach each other by.
 *
 * <p>{@code shm:NAME} is a link between the controller and each node, of the same name for both; each side opens its own anew when the other has gone. Any other port is the controller's as it is, and a node's by {@link SplitPort}.
 */
public final class ControlPorts {
    private static final int MTU_BYTES = 1500;
    private static final int FRAMES = 256;

    private ControlPorts() {}

    /**
     * A node's link to its controller in shared memory.
     *
     * @param name what the controller has after {@code shm:}
     * @param node its number
     * @throws EnvironmentException if there is no shared memory to be had
     */
    public static Port ofNode(String name, int node, Clock clock) {
        String link = name + "-control." + node;
        return new RenewedPort(() -> SharedMemoryPort.open(link, MTU_BYTES, FRAMES, FRAMES), clock);
    }

    /**
     * The controller's port.
     *
     * @param nodes of the network
     * @throws EnvironmentException if this machine lacks what the port needs
     * @throws IllegalArgumentException for {@code memory}, which has both its ends in one process
     */
    public static Port ofController(PortSpec spec, int mtuBytes, int nodes, Clock clock) {
        if (!(spec instanceof PortSpec.SharedMemory shared)) {
            return Ports.open(spec, mtuBytes);
        }
        List<Port> links = new ArrayList<>();
        try {
            for (int node = 0; node < nodes; node++) {
                links.add(ofNode(shared.name(), node, clock));
            }
            return new StarPort(spec.toString(), links);
        } catch (RuntimeException e) {
            links.forEach(Port::close);
            throw e;
        }
    }
}

package io.heliograph.collectives.planning.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A controller and its nodes by shared memory, in real time: either side goes and comes again. */
class ControlPortsTest {
    private static final String NAME =
            "control-ports-" + ProcessHandle.current().pid();
    private static final int NODES = 3;
    private static final ControllerAddress CONTROLLER = ControllerAddress.parse("10.0.0.9");
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final ControllerConfig CONFIG =
            new ControllerConfig(new LeafSpineShape(NODES, NODES, 1), 1_000_000, 4, 3, 5_000_000, 1024);

    private final Arena arena = Arena.ofConfined();
    private final Port[] ports = new Port[NODES];
    private final NodeLink[] nodes = new NodeLink[NODES];
    private Port controllerPort = openController();
    private ControllerLink controller = link(controllerPort);

    ControlPortsTest() {
        for (int node = 0; node < NODES; node++) {
            begin(node);
        }
    }

    private static Port openController() {
        return ControlPorts.ofController(PortSpec.parse("shm:" + NAME), 1500, NODES, SystemClock.INSTANCE);
    }

    private ControllerLink link(Port port) {
        return new ControllerLink(
                port, CONTROLLER.address(), CONTROLLER.udpPort(), CONFIG, arena, SystemClock.INSTANCE.nowNs());
    }

    private void begin(int node) {
        ports[node] = ControlPorts.ofNode(NAME, node, SystemClock.INSTANCE);
        nodes[node] = new NodeLink(
                ports[node],
                IpAddress.parse("10.0.0." + node),
                CONTROLLER.address(),
                CONTROLLER.udpPort(),
                CONFIG,
                node,
                new SeededRandom(node),
                arena,
                SystemClock.INSTANCE.nowNs());
    }

    private void end(int node) {
        nodes[node].close();
        ports[node].close();
    }

    @AfterEach
    void close() throws IOException {
        for (int node = 0; node < NODES; node++) {
            end(node);
        }
        controller.close();
        controllerPort.close();
        arena.close();
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.toString().contains(NAME)).toList());
        }
    }

    /** Each node sends a chunk to each other one. */
    private void exchange() {
        for (int node = 0; node < NODES; node++) {
            for (int to = 0; to < NODES; to++) {
                if (to != node) {
                    nodes[node].node().request(to, 1);
                }
            }
        }
        long endNs = SystemClock.INSTANCE.nowNs() + LIMIT_NS;
        long waiting = 1;
        while (waiting > 0) {
            long nowNs = SystemClock.INSTANCE.nowNs();
            assertTrue(nowNs < endNs, "chunks that have no slot: " + waiting);
            controller.poll(nowNs);
            waiting = 0;
            for (NodeLink node : nodes) {
                node.poll(nowNs);
                waiting += node.node().waiting();
            }
        }
    }

    @Test
    void shouldGoOnWithAnotherControllerAndAnotherNode() {
        exchange();
        assertTrue(controller.controller().granted() >= NODES * (NODES - 1));
        controller.close();
        controllerPort.close();
        controllerPort = openController();
        controller = link(controllerPort);
        exchange();
        assertTrue(controller.controller().granted() >= NODES * (NODES - 1));
        end(1);
        begin(1);
        exchange();
        assertEquals(NODES, controller.heard());
    }
}

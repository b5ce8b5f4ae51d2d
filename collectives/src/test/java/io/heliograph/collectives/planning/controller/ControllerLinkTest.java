package io.heliograph.collectives.planning.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.Allocations;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.FaultConfig;
import io.heliograph.transport.port.FaultInjectorPort;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** C2 to C4 over real ports, which spoil what passes them. */
class ControllerLinkTest {
    private static final int NODES = 4;
    private static final long SLOT_NS = 10_000;
    private static final ControllerConfig CONFIG =
            new ControllerConfig(new LeafSpineShape(NODES, 2, 1), SLOT_NS, 8, 4, 30 * SLOT_NS, 64);

    private long nowNs = 1_000 * SLOT_NS;

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.", "2001:db8::"})
    void shouldMoveAllChunksOverPortsThatLoseAndSpoilFrames(String prefix) {
        FaultConfig faults = FaultConfig.parse("loss=0.1,dup=0.05,reorder=0.1,corrupt=0.05,delay=30us:0.2,seed=3");
        try (Arena arena = Arena.ofConfined();
                ControlHub hub = new ControlHub(NODES + 1, arena)) {
            NodeLink[] nodes = new NodeLink[NODES];
            for (int node = 0; node < NODES; node++) {
                nodes[node] = node(new FaultInjectorPort(hub.port(node), faults, () -> nowNs), prefix, node, arena);
                for (int to = 0; to < NODES; to++) {
                    if (to != node) {
                        nodes[node].node().request(to, 50);
                    }
                }
            }
            Port faulty = new FaultInjectorPort(hub.port(NODES), faults, () -> nowNs);
            IpAddress own = IpAddress.parse(prefix + NODES);
            ControllerLink controller =
                    new ControllerLink(faulty, own, ControlLayout.DEFAULT_UDP_PORT, CONFIG, arena, nowNs);
            long end = nowNs + 5_000 * SLOT_NS;
            long begin = nowNs;
            long sent = 0;
            while (sent < 50L * NODES * (NODES - 1)) {
                assertTrue(nowNs < end, "sent=" + sent);
                nowNs += SLOT_NS / 2;
                if (nowNs - begin == 100 * SLOT_NS) {
                    // It dies, and another begins at once and knows nothing.
                    controller.close();
                    controller = new ControllerLink(faulty, own, ControlLayout.DEFAULT_UDP_PORT, CONFIG, arena, nowNs);
                }
                hub.poll();
                controller.poll(nowNs);
                int receivers = 0;
                for (NodeLink node : nodes) {
                    int to = node.poll(nowNs);
                    if (to != GrantedNode.NONE) {
                        assertEquals(0, receivers & 1 << to, "two at once to " + to);
                        receivers |= 1 << to;
                        sent++;
                    }
                }
            }
            for (NodeLink node : nodes) {
                assertEquals(0, node.node().waiting());
                assertEquals(0, node.node().unused());
                node.close();
            }
            assertTrue(controller.controller().reports() > 0);
            assertTrue(controller.foreignFrames() > 0, "corrupt frames are foreign");
            controller.close();
        }
    }

    @Test
    void shouldAllocateNothingOfTheHeap() {
        try (Arena arena = Arena.ofConfined();
                ControlHub hub = new ControlHub(NODES + 1, arena)) {
            NodeLink node = node(hub.port(0), "10.0.0.", 0, arena);
            ControllerLink controller = new ControllerLink(
                    hub.port(NODES), IpAddress.parse("10.0.0.4"), ControlLayout.DEFAULT_UDP_PORT, CONFIG, arena, nowNs);
            long bytes = Allocations.inSteadyState(() -> {
                node.node().request(3, 20);
                while (node.node().waiting() > 0) {
                    nowNs += SLOT_NS;
                    node.poll(nowNs);
                    hub.poll();
                    controller.poll(nowNs);
                    hub.poll();
                }
            });
            assertEquals(0, bytes);
            assertTrue(controller.controller().granted() >= 20);
        }
    }

    @Test
    void shouldNotBeMovedByBrokenPackets() {
        SeededRandom random = new SeededRandom(9);
        try (Arena arena = Arena.ofConfined()) {
            long packet = arena.allocate(512, 8).address();
            Silent silent = new Silent();
            Controller controller = new Controller(CONFIG, silent, nowNs);
            GrantedNode node = new GrantedNode(CONFIG, 1, silent, random, nowNs);
            for (int round = 0; round < 20_000; round++) {
                int type = 1 + random.nextInt(2);
                int entries = random.nextInt(4);
                ControlLayout.put(
                        packet, type, random.nextInt(6), entries, controller.epoch(), nowNs, nowNs / SLOT_NS + 1);
                for (int entry = 0; entry < entries; entry++) {
                    if (type == ControlLayout.TYPE_REPORT) {
                        ControlLayout.putReport(packet, entry, random.nextInt(6), random.nextInt(3) - 1);
                    } else {
                        ControlLayout.putGrant(packet, entry, random.nextInt(6), random.nextInt(3));
                    }
                }
                int length = type == ControlLayout.TYPE_REPORT
                        ? ControlLayout.reportBytes(entries)
                        : ControlLayout.grantBytes(entries);
                int cut = random.nextInt(8) == 0 ? random.nextInt(40) - 20 : 0;
                controller.onPacket(packet, Math.max(0, length + cut), nowNs);
                node.onPacket(packet, Math.max(0, length + cut), nowNs);
                controller.poll(nowNs);
                node.poll(nowNs);
                nowNs += random.nextInt(2 * (int) SLOT_NS);
            }
            assertTrue(controller.malformed() > 0 && controller.granted() > 0 && node.malformed() > 0);
            assertEquals(0, node.sent());
        }
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        LeafSpineShape shape = CONFIG.shape();
        assertThrows(IllegalArgumentException.class, () -> new ControllerConfig(shape, 0, 8, 4, 1, 64));
        assertThrows(IllegalArgumentException.class, () -> new ControllerConfig(shape, 1, 65, 4, 1, 1024));
        assertThrows(IllegalArgumentException.class, () -> new ControllerConfig(shape, 1, 8, 0, 1, 64));
        assertThrows(IllegalArgumentException.class, () -> new ControllerConfig(shape, 1, 8, 4, 1, 63));
        assertThrows(IllegalArgumentException.class, () -> new ControllerConfig(shape, 1, 8, 50, 1, 64));
        GrantedNode node = new GrantedNode(CONFIG, 1, new Silent(), new SeededRandom(1), 0);
        assertThrows(IllegalArgumentException.class, () -> node.request(1, 1));
        assertThrows(IllegalArgumentException.class, () -> node.request(4, 1));
        assertThrows(IllegalArgumentException.class, () -> node.request(0, 0));
        try (Arena arena = Arena.ofConfined();
                PortPair small = MemoryPort.pair(1000)) {
            assertThrows(IllegalArgumentException.class, () -> node(small.left(), "10.0.0.", 1, arena));
        }
    }

    private NodeLink node(Port port, String prefix, int number, Arena arena) {
        return new NodeLink(
                port,
                IpAddress.parse(prefix + number),
                IpAddress.parse(prefix + NODES),
                ControlLayout.DEFAULT_UDP_PORT,
                CONFIG,
                number,
                new SeededRandom(number),
                arena,
                nowNs);
    }

    /** Sends nothing. */
    private static final class Silent implements ControlSender {
        @Override
        public long begin(int node, int lengthBytes) {
            return NO_ROOM;
        }

        @Override
        public void end() {
            throw new IllegalStateException("nothing was begun");
        }
    }
}

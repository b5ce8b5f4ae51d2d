package io.heliograph.collectives.planning.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.transport.Clock;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** C9 in virtual time: nodes ask a controller for its settings, and are not moved by one that has others. */
class ControllerSettingsTest {
    private static final int NODES = 4;
    private static final int MTU_BYTES = 1500;
    private static final long STEP_NS = 1_000;
    private static final ControllerAddress CONTROLLER = ControllerAddress.parse("10.0.0.4");
    private static final ControllerSettings SETTINGS = settings(10_000);

    private final Arena arena = Arena.ofConfined();
    private final ControlHub hub = new ControlHub(NODES + 1, arena);
    private long nowNs = 50_000_000;
    private long skewNs;
    private ControllerLink controller = controller(SETTINGS);
    /** Each look at it takes a millisecond, after which the controller works. */
    private final Clock clock = () -> {
        nowNs += 1_000_000;
        step();
        return nowNs;
    };

    private static ControllerSettings settings(long slotNs) {
        GrantedChunk chunk = GrantedChunk.of(4 * 1024, 1024, MTU_BYTES, 100_000_000_000L);
        return new ControllerSettings(
                new ControllerConfig(new LeafSpineShape(NODES, 2, 2), slotNs, 4, 3, 5 * slotNs, 64), chunk);
    }

    private ControllerLink controller(ControllerSettings settings) {
        return new ControllerLink(hub.port(NODES), CONTROLLER.address(), CONTROLLER.udpPort(), settings, arena, nowNs);
    }

    private void step() {
        nowNs += STEP_NS;
        hub.poll();
        controller.poll(nowNs + skewNs);
        hub.poll();
    }

    private static NodePlace place(int number, int nodes, int mtuBytes) {
        List<IpAddress> addresses = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            addresses.add(IpAddress.parse("10.0.0." + node));
        }
        return new NodePlace(number, addresses, 0, mtuBytes);
    }

    private ControllerInquiry inquiry(ControllerAddress of, NodePlace place) {
        return new ControllerInquiry(hub.port(place.number()), of, place, clock, arena);
    }

    @AfterEach
    void close() {
        controller.close();
        hub.close();
        arena.close();
    }

    @Test
    void shouldTellItsSettingsToWhoAsks() {
        ControllerInquiry.Answer answer =
                inquiry(CONTROLLER, place(2, NODES, MTU_BYTES)).ask(1_000_000_000);
        assertEquals(SETTINGS, answer.settings());
        assertEquals(controller.controller().epoch(), answer.epoch());
        assertEquals(1, controller.heard());
        assertEquals(0, controller.controller().malformed());
    }

    @Test
    void shouldNameWhatAControllerIsNotFor() {
        assertRefused("asked ", inquiry(ControllerAddress.parse("10.0.0.3"), place(2, NODES, MTU_BYTES)));
        assertRefused("nodes=4, and here are 6", inquiry(CONTROLLER, place(2, 6, MTU_BYTES)));
        assertRefused("same --mtu", inquiry(CONTROLLER, place(2, NODES, 9000)));
        skewNs = -1_000_000_000;
        assertRefused("one clock", inquiry(CONTROLLER, place(2, NODES, MTU_BYTES)));
    }

    private static void assertRefused(String because, ControllerInquiry inquiry) {
        EnvironmentException refused = assertThrows(EnvironmentException.class, () -> inquiry.ask(50_000_000));
        assertTrue(String.valueOf(refused.getMessage()).contains(because), refused::getMessage);
    }

    /** Until a chunk is sent, at most for so many slots; whether it was. */
    private boolean sends(NodeLink node, int slots) {
        long endNs = nowNs + slots * SETTINGS.config().slotNs();
        while (nowNs < endNs) {
            step();
            if (node.poll(nowNs) != GrantedNode.NONE) {
                return true;
            }
        }
        return false;
    }

    @Test
    void shouldUseSlotsOfAnotherControllerOnlyIfItHasTheSameSettings() {
        ControllerInquiry.Answer answer =
                inquiry(CONTROLLER, place(1, NODES, MTU_BYTES)).ask(1_000_000_000);
        NodeLink node = new NodeLink(
                hub.port(1),
                IpAddress.parse("10.0.0.1"),
                CONTROLLER,
                answer.settings(),
                answer.epoch(),
                1,
                new SeededRandom(7),
                arena,
                nowNs);
        node.node().request(3, 100);
        assertTrue(sends(node, 100));
        // Anew, with slots that are twice as long.
        controller.close();
        nowNs += SETTINGS.config().slotNs() * 100;
        controller = controller(settings(20_000));
        assertTrue(!sends(node, 1_000), "a slot of another length");
        assertEquals(settings(20_000), node.contradiction());
        // Anew, as it was.
        controller.close();
        controller = controller(SETTINGS);
        assertTrue(sends(node, 1_000));
        assertNull(node.contradiction());
        node.close();
    }

    @Test
    void shouldRefuseChunksThatAreLongerThanASlot() {
        assertThrows(IllegalArgumentException.class, () -> settings(100));
        assertThrows(IllegalArgumentException.class, () -> place(4, NODES, MTU_BYTES));
    }

    @Test
    void shouldReadAddressesWithAndWithoutPorts() {
        int usual = ControlLayout.DEFAULT_UDP_PORT;
        assertEquals(new ControllerAddress(IpAddress.parse("10.1.2.3"), usual), ControllerAddress.parse("10.1.2.3"));
        assertEquals(new ControllerAddress(IpAddress.parse("10.1.2.3"), 99), ControllerAddress.parse("10.1.2.3:99"));
        assertEquals(new ControllerAddress(IpAddress.parse("fd00::1"), usual), ControllerAddress.parse("fd00::1"));
        assertEquals(new ControllerAddress(IpAddress.parse("fd00::"), usual), ControllerAddress.parse("fd00::"));
        assertEquals(new ControllerAddress(IpAddress.parse("fd00::1"), 99), ControllerAddress.parse("[fd00::1]:99"));
        for (String none : List.of(
                "",
                "10.1.2.3:",
                "10.1.2.3:x",
                "10.1.2.3:0",
                "10.1.2.3:65536",
                "[fd00::1",
                "[fd00::1]:",
                "[fd00::1]9",
                "here")) {
            assertThrows(IllegalArgumentException.class, () -> ControllerAddress.parse(none), none);
        }
    }
}

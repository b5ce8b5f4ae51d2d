package io.heliograph.collectives.planning.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.Allocations;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.FaultConfig;
import io.heliograph.transport.port.FaultInjectorPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.rate.LineRate;
import io.heliograph.transport.rate.RatePolicy;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** C6 as an engine sees it, in virtual time: a controller and one node, whose policy is asked as an engine asks. */
class GrantedRatesTest {
    private static final int NODES = 4;
    private static final int NODE = 0;
    private static final int CLASS = 1;
    /** A flow of the class to node 3, and one of another class. */
    private static final int FLOW = 9;

    private static final int OTHER = 8;

    private static final GrantedChunk CHUNK = new GrantedChunk(16, 4000, 100_000_000_000L);
    private static final ControllerConfig CONFIG =
            new ControllerConfig(new LeafSpineShape(NODES, 2, 2), CHUNK.slotNs(200), 4, 3, 100_000, 64);

    private final Arena arena = Arena.ofConfined();
    private final ControlHub hub = new ControlHub(NODES + 1, arena);
    private long nowNs = 1_000_000;
    private ControllerLink controller = controller(hub.port(NODES));
    private NodeLink link = link(hub.port(NODE));
    private GrantedRates rates = rates(link);
    private int lastEntropy;

    private ControllerLink controller(Port port) {
        return new ControllerLink(
                port, IpAddress.parse("10.0.0.4"), ControlLayout.DEFAULT_UDP_PORT, CONFIG, arena, nowNs);
    }

    private NodeLink link(Port port) {
        return new NodeLink(
                port,
                IpAddress.parse("10.0.0.0"),
                IpAddress.parse("10.0.0.4"),
                ControlLayout.DEFAULT_UDP_PORT,
                CONFIG,
                NODE,
                new SeededRandom(1),
                arena,
                nowNs);
    }

    private static GrantedRates rates(NodeLink link) {
        NodeMap map = new NodeMap() {
            @Override
            public int node(IpAddress address) {
                long last = address.low() & 0xFF;
                return last < NODES ? (int) last : NodeMap.OTHER;
            }

            @Override
            public int entropy(int destination, int path) {
                return 0xC000 + path;
            }
        };
        return new GrantedRates(new LineRate(64), link, map, CHUNK, CLASS);
    }

    @BeforeEach
    void addFlows() {
        for (int flow : new int[] {OTHER, FLOW}) {
            rates.reset(flow);
            rates.addFlow(flow, IpAddress.parse("10.0.0.3"), flow == FLOW ? CLASS : 0, nowNs);
        }
    }

    @AfterEach
    void close() {
        link.close();
        controller.close();
        hub.close();
        arena.close();
    }

    /** A duty cycle every 100 ns; returns how many packets of the granted flow were sent in it, out of those that there are. */
    private int cycle(int available) {
        nowNs += 100;
        hub.poll();
        controller.poll(nowNs);
        hub.poll();
        rates.onDutyCycle(nowNs);
        int sent = 0;
        for (int flow = rates.nextFlow(nowNs); flow != RatePolicy.NONE; flow = rates.nextFlow(nowNs)) {
            int count = Math.min(available - sent, rates.packetsAtOnce());
            if (flow == OTHER || count == 0) {
                rates.deactivate(flow);
                continue;
            }
            lastEntropy = rates.entropy(flow);
            for (int i = 0; i < count; i++) {
                rates.onSent(flow, 4000, nowNs);
            }
            sent += count;
        }
        return sent;
    }

    private void post(int packets) {
        rates.onPosted(FLOW, packets * 3900L, packets, nowNs);
        rates.activate(FLOW, nowNs);
    }

    /** Until all is sent; returns the slots that it took. */
    private int sendAll(int packets, long untilNs) {
        int left = packets;
        int slots = 0;
        long slot = Long.MIN_VALUE;
        int inSlot = 0;
        while (left > 0) {
            assertTrue(nowNs < untilNs, "left=" + left);
            int sent = cycle(left);
            long present = CONFIG.slotAt(nowNs);
            inSlot = present == slot ? inSlot + sent : sent;
            slots += sent > 0 && present != slot ? 1 : 0;
            slot = sent > 0 ? present : slot;
            assertTrue(inSlot <= CHUNK.packets(), "inSlot=" + inSlot);
            left -= sent;
        }
        return slots;
    }

    @Test
    void shouldSendChunksInSlotsByTheGrantedPath() {
        post(100);
        assertEquals(RatePolicy.NONE, rates.nextFlow(nowNs), "nothing is granted yet");
        assertEquals(7, sendAll(100, nowNs + 1_000_000));
        assertTrue(lastEntropy == 0xC000 || lastEntropy == 0xC001, () -> "entropy=" + lastEntropy);
        assertEquals(RatePolicy.ANY_PATH, rates.entropy(OTHER));
        assertEquals(7, controller.controller().granted());
        assertEquals(0, rates.unusedSlots());
        assertEquals(0, link.node().waiting(), "nothing is asked for that is not needed");
    }

    @Test
    void shouldLetOthersPassWithoutAGrant() {
        post(5);
        rates.activate(OTHER, nowNs);
        assertEquals(OTHER, rates.nextFlow(nowNs));
        assertTrue(rates.packetsAtOnce() > 1);
    }

    @Test
    void shouldSendWhatWasLostInAnotherSlot() {
        post(16);
        assertEquals(1, sendAll(16, nowNs + 1_000_000));
        nowNs += 3 * CONFIG.slotNs();
        for (int i = 0; i < 3; i++) {
            rates.onLost(FLOW, 4000, nowNs);
        }
        rates.activate(FLOW, nowNs);
        assertEquals(RatePolicy.NONE, rates.nextFlow(nowNs), "what is lost needs a slot as well");
        assertEquals(1, sendAll(3, nowNs + 1_000_000));
        assertEquals(2, controller.controller().granted());
    }

    @Test
    void shouldAskAgainForWhatFoundNoTimeInItsSlot() {
        post(16);
        int left = 16;
        long endNs = nowNs + 2_000_000;
        while (left > 0 && nowNs < endNs) {
            // Looks up late in every slot: half of the chunk is over.
            long slotNs = CONFIG.slotNs();
            nowNs = CONFIG.slotAt(nowNs) * slotNs + slotNs + slotNs / 2;
            int sent = cycle(left);
            assertTrue(sent <= 8, "sent=" + sent);
            left -= sent;
        }
        assertEquals(0, left);
        assertTrue(controller.controller().granted() >= 2);
    }

    /** A relation that ended may have left something behind: it is asked for until nothing is left. */
    @Test
    void shouldSendWhatItWasNotToldOf() {
        post(4);
        rates.reset(FLOW);
        rates.activate(FLOW, nowNs);
        sendAll(40, nowNs + 2_000_000);
        for (int i = 0; i < 600; i++) {
            cycle(0);
        }
        assertEquals(0, link.node().waiting(), "nothing is left");
    }

    @Test
    void shouldNotGiveASlotToWhoTookThePlaceOfItsFlow() {
        post(5);
        for (int round = 0; rates.nextFlow(nowNs) != FLOW; round++) {
            assertTrue(round < 10_000, "no slot");
            nowNs += 100;
            hub.poll();
            controller.poll(nowNs);
            hub.poll();
            rates.onDutyCycle(nowNs);
        }
        rates.reset(FLOW);
        rates.addFlow(FLOW, IpAddress.parse("10.0.0.2"), CLASS, nowNs);
        rates.activate(FLOW, nowNs);
        assertEquals(RatePolicy.NONE, rates.nextFlow(nowNs));
    }

    @Test
    void shouldGoOnThroughLossAndAnotherController() {
        FaultConfig faults = FaultConfig.parse("loss=0.2,seed=5");
        link.close();
        link = link(new FaultInjectorPort(hub.port(NODE), faults, () -> nowNs));
        rates = rates(link);
        addFlows();
        post(400);
        int left = 400;
        int deadUntil = 0;
        for (int round = 0; left > 0; round++) {
            assertTrue(round < 20_000, "left=" + left);
            if (round == 900) {
                controller.close();
                deadUntil = 1800;
            }
            if (round >= deadUntil) {
                if (round == deadUntil && deadUntil > 0) {
                    controller = controller(hub.port(NODES));
                }
                left -= cycle(left);
            } else if (round > 1400) {
                // Slots that were given out are over, and nobody gives others.
                nowNs += 100;
                rates.onDutyCycle(nowNs);
                assertEquals(RatePolicy.NONE, rates.nextFlow(nowNs), "round=" + round);
            } else {
                nowNs += 100;
                rates.onDutyCycle(nowNs);
                while (rates.nextFlow(nowNs) == FLOW) {
                    rates.onSent(FLOW, 4000, nowNs);
                    left--;
                }
            }
        }
        assertEquals(0, left);
    }

    @Test
    void shouldAllocateNothingOfTheHeap() {
        long bytes = Allocations.inSteadyState(() -> {
            post(40);
            for (int left = 40; left > 0; ) {
                left -= cycle(left);
            }
        });
        assertEquals(0, bytes);
    }
}

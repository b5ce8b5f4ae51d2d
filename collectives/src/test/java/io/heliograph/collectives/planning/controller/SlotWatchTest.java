package io.heliograph.collectives.planning.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.rate.LineRate;
import io.heliograph.transport.wire.Ethernet;
import io.heliograph.transport.wire.EthernetLayout;
import io.heliograph.transport.wire.Ipv4Header;
import io.heliograph.transport.wire.Ipv4Layout;
import io.heliograph.transport.wire.Opcode;
import io.heliograph.transport.wire.UdpHeader;
import io.heliograph.transport.wire.UdpLayout;
import io.heliograph.transport.wire.UdpPacket;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** C6 as a node's own clock shows it: what comes too late does not leave, and what leaves outside its slot is counted. */
class SlotWatchTest {
    private static final int CLASS = 1;
    private static final int FLOW = 9;
    private static final int HEADER_BYTES = EthernetLayout.LENGTH + Ipv4Layout.LENGTH + UdpLayout.LENGTH;
    private static final GrantedChunk CHUNK = new GrantedChunk(4, 2000, 10_000_000_000L);
    private static final ControllerConfig CONFIG =
            new ControllerConfig(new LeafSpineShape(3, 3, 1), CHUNK.slotNs(5_000), 4, 3, 100_000, 64);
    private static final List<IpAddress> NODES =
            List.of(IpAddress.parse("10.0.0.0"), IpAddress.parse("10.0.0.1"), IpAddress.parse("10.0.0.2"));

    private final Arena arena = Arena.ofConfined();
    private final ControlHub hub = new ControlHub(4, arena);
    private long nowNs = 1_000_000;
    private final ControllerLink controller = new ControllerLink(
            hub.port(3), IpAddress.parse("10.0.0.3"), ControlLayout.DEFAULT_UDP_PORT, CONFIG, arena, nowNs);
    private final NodeLink link = new NodeLink(
            hub.port(0),
            NODES.getFirst(),
            IpAddress.parse("10.0.0.3"),
            ControlLayout.DEFAULT_UDP_PORT,
            CONFIG,
            0,
            new SeededRandom(1),
            arena,
            nowNs);
    private final NodeAddresses addresses = new NodeAddresses(NODES);
    private final GrantedRates rates = new GrantedRates(new LineRate(64), link, addresses, CHUNK, CLASS);
    private final PortPair pair = MemoryPort.pair(1500);
    /** How long a burst takes. */
    private long burstNs;

    private final SlotWatch watch = new SlotWatch(
            pair.left(),
            () -> {
                long readNs = nowNs;
                nowNs += burstNs;
                return readNs;
            },
            addresses,
            arena);
    private final Burst out = new Burst(arena, 8);

    @AfterEach
    void close() {
        link.close();
        controller.close();
        hub.close();
        pair.close();
        arena.close();
    }

    private void send(int opcode, int trafficClass, String to) {
        assertEquals(1, watch.allocate(out, 1));
        long frame = Frame.dataAddress(out.frame(0));
        var memory = NativeMemory.segment(frame, HEADER_BYTES);
        new Ethernet(new MacAddress(1), new MacAddress(2), EthernetLayout.TYPE_IPV4).emit(memory, 0);
        new Ipv4Header(
                        trafficClass << 5,
                        0,
                        0,
                        0,
                        64,
                        Ipv4Layout.PROTOCOL_UDP,
                        0,
                        NODES.getFirst(),
                        IpAddress.parse(to))
                .emit(memory, EthernetLayout.LENGTH);
        new UdpHeader(1, 4791, 0, 0).emit(memory, EthernetLayout.LENGTH + Ipv4Layout.LENGTH);
        NativeMemory.putByte(frame + HEADER_BYTES, (byte) opcode);
        UdpPacket.complete(frame + EthernetLayout.LENGTH, true, 100);
        Frame.lengthBytes(out.frame(0), HEADER_BYTES + 100);
        assertEquals(1, watch.send(out));
    }

    /** Until a slot for node 2 has begun. */
    private void awaitSlot() {
        rates.addFlow(FLOW, NODES.get(2), CLASS, nowNs);
        rates.onPosted(FLOW, 1000, 1, nowNs);
        rates.activate(FLOW, nowNs);
        for (int round = 0; rates.nextFlow(nowNs) != FLOW; round++) {
            assertTrue(round < 10_000, "no slot");
            nowNs += 200;
            hub.poll();
            controller.poll(nowNs);
            hub.poll();
            rates.onDutyCycle(nowNs);
        }
    }

    @Test
    void shouldThrowAwayWhatComesTooLateAndCountWhatLeavesLate() {
        watch.watch(rates);
        send(Opcode.WRITE, CLASS, "10.0.0.2");
        assertEquals(1, watch.thrownAway(), "there is no slot yet");
        awaitSlot();
        send(Opcode.WRITE, CLASS, "10.0.0.2");
        send(Opcode.WRITE_IMMEDIATE, CLASS, "10.0.0.2");
        assertEquals(2, watch.packets());
        send(Opcode.WRITE, CLASS, "10.0.0.1");
        assertEquals(2, watch.thrownAway(), "the slot is for another node");
        assertEquals(0, watch.outside());
        nowNs = rates.slotEndNs() - 30;
        burstNs = 100;
        send(Opcode.WRITE, CLASS, "10.0.0.2");
        assertEquals(1, watch.outside(), "it was stopped on the way");
        assertEquals(70, watch.latestNs());
        send(Opcode.WRITE, CLASS, "10.0.0.2");
        assertEquals(3, watch.thrownAway(), "the slot is over");
        assertEquals(3, watch.packets());
        assertEquals(3, received());
    }

    private int received() {
        Burst in = new Burst(arena, 32);
        int count = pair.right().receive(in);
        pair.right().release(in);
        return count;
    }

    @Test
    void shouldPassOverWhatWaitsForNoSlot() {
        watch.watch(rates);
        send(Opcode.SACK, CLASS, "10.0.0.2");
        send(Opcode.WRITE, 0, "10.0.0.2");
        send(Opcode.WRITE, CLASS, "10.0.0.7");
        assertEquals(0, watch.packets());
        assertEquals(0, watch.thrownAway());
        assertEquals(3, received());
    }
}

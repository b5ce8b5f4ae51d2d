package io.heliograph.collectives.planning.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortInfo;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.port.PortWrapper;
import io.heliograph.transport.wire.Ethernet;
import io.heliograph.transport.wire.EthernetLayout;
import io.heliograph.transport.wire.Ipv4Header;
import io.heliograph.transport.wire.Ipv4Layout;
import io.heliograph.transport.wire.UdpHeader;
import io.heliograph.transport.wire.UdpLayout;
import io.heliograph.transport.wire.UdpPacket;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which of the two queues of a port gets what. */
class SplitPortTest {
    private static final int CONTROL = ControlLayout.DEFAULT_UDP_PORT;
    private static final int DATA = 4791;
    private static final int HEADER_BYTES = EthernetLayout.LENGTH + Ipv4Layout.LENGTH + UdpLayout.LENGTH;

    private final Arena arena = Arena.ofConfined();
    private final PortPair pair = MemoryPort.pair(1500, 1024, 1024);
    private final SplitPort split = new SplitPort(new Asking(pair.left()), CONTROL, arena);
    private final Burst out = new Burst(arena, 1);
    private final Burst in = new Burst(arena, 32);

    /** Says that it asks for neighbours. */
    private static final class Asking extends PortWrapper {
        Asking(Port port) {
            super(port);
        }

        @Override
        public PortInfo info() {
            PortInfo within = super.info();
            return new PortInfo(within.name(), within.driver(), within.macAddress(), within.mtuBytes(), 0, true);
        }
    }

    @AfterEach
    void close() {
        split.control().close();
        split.data().close();
        pair.close();
        arena.close();
    }

    /** A UDP packet whose payload is a number. */
    private void send(int udpPort, int number) {
        assertEquals(1, pair.right().allocate(out, 1));
        long frame = Frame.dataAddress(out.frame(0));
        var memory = NativeMemory.segment(frame, HEADER_BYTES);
        new Ethernet(new MacAddress(1), new MacAddress(2), EthernetLayout.TYPE_IPV4).emit(memory, 0);
        IpAddress any = IpAddress.parse("10.0.0.1");
        new Ipv4Header(0, 0, 0, 0, 64, Ipv4Layout.PROTOCOL_UDP, 0, any, any).emit(memory, EthernetLayout.LENGTH);
        new UdpHeader(1, udpPort, 0, 0).emit(memory, EthernetLayout.LENGTH + Ipv4Layout.LENGTH);
        NativeMemory.putInt(frame + HEADER_BYTES, number);
        UdpPacket.complete(frame + EthernetLayout.LENGTH, true, Integer.BYTES);
        Frame.lengthBytes(out.frame(0), HEADER_BYTES + Integer.BYTES);
        assertEquals(1, pair.right().send(out));
    }

    private void sendArp(int number) {
        assertEquals(1, pair.right().allocate(out, 1));
        long frame = Frame.dataAddress(out.frame(0));
        EthernetLayout.put(frame, 1, 2, EthernetLayout.TYPE_ARP);
        NativeMemory.putInt(frame + HEADER_BYTES, number);
        Frame.lengthBytes(out.frame(0), HEADER_BYTES + Integer.BYTES);
        assertEquals(1, pair.right().send(out));
    }

    private List<Integer> receive(Port port) {
        List<Integer> numbers = new ArrayList<>();
        while (port.receive(in) > 0) {
            for (int i = 0; i < in.size(); i++) {
                numbers.add(NativeMemory.getInt(Frame.dataAddress(in.frame(i)) + HEADER_BYTES));
            }
            port.release(in);
        }
        return numbers;
    }

    @Test
    void shouldGiveEachItsPacketsInTheirOrderWhicheverPolls() {
        send(DATA, 1);
        send(CONTROL, 2);
        send(DATA, 3);
        send(CONTROL, 4);
        assertEquals(List.of(2, 4), receive(split.control()));
        assertEquals(List.of(1, 3), receive(split.data()));
        send(CONTROL, 5);
        send(DATA, 6);
        assertEquals(List.of(6), receive(split.data()));
        assertEquals(List.of(5), receive(split.control()));
        assertEquals(0, split.drops());
    }

    @Test
    void shouldShowToBothWhatConcernsTheLink() {
        sendArp(7);
        assertEquals(List.of(7), receive(split.data()));
        assertEquals(List.of(7), receive(split.control()));
    }

    @Test
    void shouldLoseWhatNobodyTakesAndGiveTheFramesBack() {
        for (int round = 0; round < 10; round++) {
            for (int number = 0; number < 500; number++) {
                send(DATA, number);
            }
            for (int poll = 0; poll < 500; poll++) {
                assertEquals(List.of(), receive(split.control()));
            }
            // In ten rounds more frames than there are, were they not given back.
            assertEquals(256, receive(split.data()).size());
        }
        assertTrue(split.drops() >= 10 * 244, () -> "drops=" + split.drops());
    }
}

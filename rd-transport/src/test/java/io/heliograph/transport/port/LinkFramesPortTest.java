package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.testing.Allocations;
import io.heliograph.transport.wire.EthernetLayout;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Frames for everybody on the link come out of every queue, others out of the one that they came to. */
final class LinkFramesPortTest {
    private static final int ICMPV6 = 58;
    private static final int UDP = 17;

    private final Arena arena = Arena.ofConfined();
    private final List<PortPair> wires = List.of(MemoryPort.pair(1500), MemoryPort.pair(1500), MemoryPort.pair(1500));
    private final List<Port> queues =
            LinkFramesPort.around(wires.stream().map(PortPair::right).toList());
    private final Burst burst = new Burst(arena, 32);

    @AfterEach
    void close() {
        wires.forEach(PortPair::close);
        arena.close();
    }

    @Test
    @DisplayName("R10.6 ARP that comes to one queue of a device comes to all")
    void shouldShowArpToEveryQueue() {
        for (int number = 0; number < 3; number++) {
            send(number, EthernetLayout.TYPE_ARP, 0, 60, number);
            assertReceived(number, 60, number);
            for (int other = 0; other < 3; other++) {
                if (other != number) {
                    assertReceived(other, 60, number);
                }
                assertNothing(other);
            }
        }
    }

    @Test
    @DisplayName("R10.6 neighbour discovery and pauses that come to one queue of a device come to all")
    void shouldShowNeighbourDiscoveryAndPausesToEveryQueue() {
        send(1, EthernetLayout.TYPE_IPV6, ICMPV6, 86, 7);
        assertReceived(1, 86, 7);
        assertReceived(0, 86, 7);
        assertReceived(2, 86, 7);
        send(2, EthernetLayout.TYPE_MAC_CONTROL, 0, 60, 8);
        assertReceived(2, 60, 8);
        assertReceived(0, 60, 8);
        assertReceived(1, 60, 8);
    }

    @Test
    void shouldLeavePacketsInTheirQueue() {
        send(0, EthernetLayout.TYPE_IPV4, 0, 100, 1);
        send(0, EthernetLayout.TYPE_IPV6, UDP, 100, 2);
        send(0, EthernetLayout.TYPE_ARP, 0, 1500, 3);
        assertEquals(3, queues.get(0).receive(burst));
        queues.get(0).release(burst);
        assertNothing(0);
        assertNothing(1);
        assertNothing(2);
    }

    @Test
    void shouldKeepOrderAndLoseNothingThatFits() {
        for (int i = 0; i < 50; i++) {
            send(0, EthernetLayout.TYPE_ARP, 0, 60, i);
            assertReceived(0, 60, i);
        }
        for (int i = 0; i < 50; i++) {
            assertReceived(1, 60, i);
        }
        assertNothing(1);
    }

    @Test
    void shouldOutliveAQueueThatIsNotPolled() {
        int free = TestTraffic.countFree(queues.get(1));
        for (int i = 0; i < 10_000; i++) {
            send(0, EthernetLayout.TYPE_ARP, 0, 60, i);
            assertReceived(0, 60, i);
        }
        assertReceived(1, 60, 0);
        while (queues.get(1).receive(burst) > 0) {
            queues.get(1).release(burst);
        }
        assertEquals(free, TestTraffic.countFree(queues.get(1)), "frames leaked");
    }

    @Test
    void shouldAllocateNothing() {
        assertEquals(0, Allocations.inSteadyState(() -> {
            for (int i = 0; i < 20_000; i++) {
                send(0, EthernetLayout.TYPE_ARP, 0, 60, i);
                for (int queue = 0; queue < 3; queue++) {
                    queues.get(queue).receive(burst);
                    queues.get(queue).release(burst);
                }
            }
        }));
    }

    private void send(int queue, int type, int nextHeader, int lengthBytes, int mark) {
        Port from = wires.get(queue).left();
        assertEquals(1, from.allocate(burst, 1));
        long frame = burst.frame(0);
        long data = Frame.dataAddress(frame);
        EthernetLayout.put(data, -1, from.info().macAddress().value(), type);
        NativeMemory.putByte(data + 20, (byte) nextHeader);
        NativeMemory.putInt(data + 40, mark);
        Frame.lengthBytes(frame, lengthBytes);
        assertEquals(1, from.send(burst));
    }

    private void assertReceived(int queue, int lengthBytes, int mark) {
        assertEquals(1, queues.get(queue).receive(burst), "queue " + queue);
        assertEquals(lengthBytes, Frame.lengthBytes(burst.frame(0)));
        assertEquals(mark, NativeMemory.getInt(Frame.dataAddress(burst.frame(0)) + 40));
        queues.get(queue).release(burst);
    }

    private void assertNothing(int queue) {
        assertEquals(0, queues.get(queue).receive(burst), "queue " + queue);
    }
}

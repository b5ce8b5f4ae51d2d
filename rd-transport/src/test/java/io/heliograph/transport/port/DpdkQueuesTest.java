package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.EnvironmentException;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several ports on one device: who lives how long, who counts what, and what is said when there are too few queues. */
final class DpdkQueuesTest {
    private final Arena arena = Arena.ofConfined();
    private final Burst burst = new Burst(arena, 32);
    private final Burst scratch = new Burst(arena, 32);

    @BeforeEach
    void assumeDpdk() {
        DpdkTesting.assumeDpdk();
    }

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void shouldRunTheDeviceUntilItsLastPortCloses() {
        String device = "net_ring" + DpdkTesting.number();
        List<Port> ports = DpdkTesting.openQueues(device, 1500, 3);
        ports.get(0).close();
        ports.get(2).close();
        assertEquals(LinkState.DOWN, ports.get(0).linkState());
        assertEquals(0, ports.get(0).receive(burst));
        assertEquals(0, ports.get(0).allocate(burst, 1));
        assertEquals(LinkState.UP, ports.get(1).linkState());
        passToItself(ports.get(1), 5);
        assertThrows(EnvironmentException.class, () -> DpdkTesting.open(device, 1500), "still plugged in");
        ports.get(1).close();
        assertEquals(5, ports.get(1).statistics().receivedFrames());
        try (Port again = DpdkTesting.open(device, 1500)) {
            passToItself(again, 5);
        }
    }

    @Test
    void shouldCountEachQueueApart() {
        List<Port> ports = DpdkTesting.openQueues("net_ring" + DpdkTesting.number(), 1500, 2);
        passToItself(ports.get(0), 10);
        passToItself(ports.get(1), 20);
        passToItself(ports.get(1), 20);
        assertEquals(10, ports.get(0).statistics().receivedFrames());
        assertEquals(10, ports.get(0).statistics().sentFrames());
        assertEquals(40, ports.get(1).statistics().receivedFrames());
        assertEquals(40, ports.get(1).statistics().sentFrames());
        ports.forEach(Port::close);
        assertEquals(40, ports.get(1).statistics().sentFrames());
    }

    @Test
    void shouldServeAThreadForEachQueue() throws InterruptedException {
        List<Port> ports = DpdkTesting.openQueues("net_ring" + DpdkTesting.number(), 1500, 2);
        Thread other = new Thread(() -> passMany(ports.get(1)));
        other.start();
        passMany(ports.get(0));
        other.join();
        for (Port port : ports) {
            assertEquals(1_000_000, port.statistics().sentFrames());
            assertEquals(1_000_000, port.statistics().receivedFrames());
            port.close();
        }
    }

    private static void passMany(Port port) {
        try (Arena own = Arena.ofConfined()) {
            Burst frames = new Burst(own, 20);
            for (int i = 0; i < 50_000; i++) {
                if (port.allocate(frames, 20) == 20) {
                    port.send(frames);
                    port.receive(frames);
                    port.release(frames);
                }
            }
        }
    }

    @Test
    void shouldSayHowManyQueuesTheDriverHas() {
        String device = "net_ring" + DpdkTesting.number();
        String message = refusal(device, 17);
        assertTrue(message.contains("device=" + device + " queuePairs=16 wanted=17"), message);
        DpdkTesting.open(device, 1500).close(); // nothing is left of the attempt
    }

    @Test
    void shouldSayHowManyQueuesTheInterfaceHas() {
        try (NetworkNamespaces veth = NetworkNamespaces.createVethOnly(1500, 2)) {
            String device = "net_af_xdp" + DpdkTesting.number();
            String message = refusal(device + ",iface=" + veth.left(), 3);
            assertTrue(message.contains("device=" + device + " queuePairs=2 wanted=3"), message);
            assertTrue(message.contains("interface " + veth.left()), message);
        }
    }

    @Test
    void shouldRefuseArgumentsThatContradict() {
        for (String arguments : List.of("net_af_packet,iface=lo,qpairs=4", "net_af_xdp0,iface=lo,queue_count=1")) {
            assertThrows(IllegalArgumentException.class, () -> DpdkTesting.openQueues(arguments, 1500, 2), arguments);
        }
        assertThrows(IllegalArgumentException.class, () -> DpdkTesting.openQueues("net_ring", 1500, 0));
    }

    private static String refusal(String device, int queues) {
        return String.valueOf(
                assertThrows(EnvironmentException.class, () -> DpdkTesting.openQueues(device, 1500, queues))
                        .getMessage());
    }

    private void passToItself(Port port, int count) {
        assertEquals(count, port.allocate(burst, count));
        for (int i = 0; i < count; i++) {
            TestTraffic.write(burst.frame(i), port, port, i, TestTraffic.LEAST_BYTES);
        }
        TestTraffic.sendAll(port, burst);
        TestTraffic.receiveAll(port, scratch, burst, count);
        port.release(burst);
    }
}

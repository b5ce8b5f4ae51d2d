package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.Allocations;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

/** A device that swallows everything and always has frames: the cost of the port itself. */
final class NetNullPortTest {
    @Test
    void shouldForwardWithoutAllocating() {
        try (Arena arena = Arena.ofConfined();
                DpdkPort port = DpdkTesting.open("net_null" + DpdkTesting.number(), 1500)) {
            Burst burst = new Burst(arena, 32);
            assertEquals(32, port.receive(burst));
            assertEquals(64, Frame.lengthBytes(burst.frame(0)));
            assertEquals(32, port.send(burst));
            assertEquals(0, burst.size());
            assertEquals(0, Allocations.inSteadyState(() -> forward(port, burst, 100_000)));
            long startNs = System.nanoTime();
            forward(port, burst, 200_000);
            System.out.printf(
                    "net_null io forward: %.2f million frames/s%n", 200_000 * 32 * 1e3 / (System.nanoTime() - startNs));
            PortStatistics statistics = port.statistics();
            assertTrue(statistics.receivedFrames() >= 300_000L * 32, statistics::toString);
            assertTrue(statistics.sentFrames() >= 300_000L * 32, statistics::toString);
        }
    }

    private static void forward(Port port, Burst burst, int rounds) {
        for (int round = 0; round < rounds; round++) {
            port.receive(burst);
            port.send(burst);
            port.release(burst);
        }
    }

    @Test
    void shouldServeOneThreadAfterAnother() throws InterruptedException {
        try (Arena arena = Arena.ofShared();
                DpdkPort port = DpdkTesting.open("net_null" + DpdkTesting.number(), 1500)) {
            for (int i = 0; i < 3; i++) {
                Burst burst = new Burst(arena, 64);
                Thread thread = new Thread(() -> {
                    port.allocate(burst, 64);
                    port.release(burst);
                    forward(port, burst, 100);
                });
                thread.start();
                thread.join();
            }
            assertEquals(300 * 64, port.statistics().sentFrames());
        }
    }

    @Test
    void shouldLetOneThreadPollSeveralPorts() {
        try (Arena arena = Arena.ofConfined();
                DpdkPort second = DpdkTesting.open("net_null" + DpdkTesting.number(), 9000)) {
            Burst burst = new Burst(arena, 32);
            try (DpdkPort first = DpdkTesting.open("net_null" + DpdkTesting.number(), 1500)) {
                forward(first, burst, 100);
                forward(second, burst, 100);
            }
            forward(second, burst, 100);
            assertEquals(6_400, second.statistics().sentFrames());
        }
    }

    @Test
    void shouldAnswerNothingOnceClosed() {
        try (Arena arena = Arena.ofConfined()) {
            DpdkPort port = DpdkTesting.open("net_null" + DpdkTesting.number(), 1500);
            Burst burst = new Burst(arena, 32);
            port.receive(burst);
            port.release(burst);
            port.close();
            assertEquals(0, port.receive(burst));
            assertEquals(0, port.allocate(burst, 1));
            assertEquals(LinkState.DOWN, port.linkState());
            assertEquals(32, port.statistics().receivedFrames());
        }
    }
}

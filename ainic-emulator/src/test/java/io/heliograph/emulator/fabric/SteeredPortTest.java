package io.heliograph.emulator.fabric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.topology.Topologies;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.wire.UdpLayout;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

/** Queues of a port that packets are steered into by their UDP port; {@link RawHosts} sees to it that no frame is missing. */
final class SteeredPortTest {
    private static RawHosts pair() {
        return new RawHosts(Topologies.pair(LinkConfig.of(100_000_000_000L, 1_000_000))
                .build(FabricConfig.DEFAULT.withReceiveRingFrames(4)));
    }

    private static void send(RawHosts hosts, int packets) {
        for (int i = 0; i < packets; i++) {
            assertTrue(hosts.send(0, 1, 0xC000 + i, 0, 100));
        }
        hosts.runUntil(EventQueue.NEVER);
    }

    @Test
    void shouldReceiveItsOwnPacketsAndNoOthers() {
        try (Arena arena = Arena.ofConfined();
                RawHosts hosts = pair();
                SteeredPort other = hosts.fabric.port(1).steer(7)) {
            send(hosts, 2);
            assertEquals(2, hosts.arrivals.size(), "nobody asked for these");
            assertEquals(0, other.waitingFrames());
            SteeredPort own = hosts.fabric.port(1).steer(UdpLayout.ROCE_V2_PORT);
            send(hosts, 3);
            assertEquals(2, hosts.arrivals.size());
            assertEquals(3, own.waitingFrames());
            Burst burst = new Burst(arena, 8);
            assertEquals(3, own.receive(burst));
            own.release(burst);
            assertEquals(3, own.statistics().receivedFrames());
        }
    }

    @Test
    void shouldDropWhatFindsNoRoom() {
        try (RawHosts hosts = pair()) {
            SteeredPort own = hosts.fabric.port(1).steer(UdpLayout.ROCE_V2_PORT);
            send(hosts, 6);
            assertEquals(4, own.waitingFrames());
            assertEquals(2, hosts.fabric.droppedFrames(DropReason.RECEIVE_RING_FULL));
            own.close();
        }
    }

    @Test
    void shouldThrowAwayWhatComesForNobody() {
        try (RawHosts hosts = pair()) {
            SteeredPort dead = hosts.fabric.port(1).steer(UdpLayout.ROCE_V2_PORT);
            send(hosts, 2);
            dead.close();
            send(hosts, 3);
            assertEquals(0, hosts.arrivals.size());
            assertEquals(0, dead.waitingFrames());
            SteeredPort next = hosts.fabric.port(1).steer(UdpLayout.ROCE_V2_PORT);
            send(hosts, 1);
            assertEquals(1, next.waitingFrames());
            next.close();
        }
    }
}

package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.Refusal;
import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a verbs port does beyond the contract; all but the first need devices. */
final class VerbsPortTest {
    @Test
    void shouldGiveEachQueuePairAnEthernetAddressOfItsOwn() {
        Set<Long> macs = new HashSet<>();
        for (int host = 1; host <= 50; host++) {
            for (int queuePair = 1; queuePair <= 50; queuePair++) {
                long mac = VerbsPeers.macOf(0, 0xffff_c0a8_4d00L + host, queuePair);
                assertEquals(0x02, mac >>> 40, "a station, locally administered");
                macs.add(mac);
            }
        }
        assertEquals(2500, macs.size());
        assertNotEquals(VerbsPeers.macOf(1, 2, 3), VerbsPeers.macOf(2, 1, 3));
    }

    @Test
    void shouldReachEverybodyWhenBroadcastAndOnlyOneOnceItIsKnown() {
        List<PortSpec.Verbs> devices = VerbsTesting.assumeTwoDevices();
        try (Port left = VerbsPort.open(devices.getFirst(), 1000);
                Port right = VerbsPort.open(devices.getLast(), 1000);
                Port third = VerbsPort.open(devices.getLast(), 1000);
                Arena arena = Arena.ofConfined()) {
            Burst out = new Burst(arena, 8);
            Burst in = new Burst(arena, 64);
            Burst scratch = new Burst(arena, 64);
            assertEquals(1, left.allocate(out, 1));
            TestTraffic.write(out.frame(0), left, right, 1, 100);
            TestTraffic.broadcast(out.frame(0));
            TestTraffic.sendAll(left, out);
            TestTraffic.receiveAll(right, scratch, in, 1);
            assertEquals(1, TestTraffic.number(in.frame(0)));
            right.release(in);
            TestTraffic.receiveAll(third, scratch, in, 1);
            assertEquals(1, TestTraffic.number(in.frame(0)));
            third.release(in);

            // Not known yet, so to everybody, but taken by one; then known by the answer.
            exchange(left, right, arena, 2);
            exchange(right, left, arena, 3);
            exchange(left, third, arena, 4);
            assertEquals(0, left.receive(scratch), "nobody hears itself");
            assertEquals(1, third.statistics().receivedFrames() - 1, "what is for another is passed over");
            assertEquals(2, right.statistics().receivedFrames());
        }
    }

    private static void exchange(Port from, Port to, Arena arena, long number) {
        Burst out = new Burst(arena, 1);
        Burst in = new Burst(arena, 64);
        Burst scratch = new Burst(arena, 64);
        assertEquals(1, from.allocate(out, 1));
        TestTraffic.write(out.frame(0), from, to, number, 200);
        TestTraffic.sendAll(from, out);
        TestTraffic.receiveAll(to, scratch, in, 1);
        assertEquals(number, TestTraffic.number(in.frame(0)));
        assertTrue(TestTraffic.isIntact(in.frame(0), 200));
        to.release(in);
    }

    @Test
    void shouldSayWhatFitsWhenTheMtuDoesNot() {
        PortSpec.Verbs device = VerbsTesting.assumeTwoDevices().getFirst();
        String refusal = Refusal.of(() -> VerbsPort.open(device, 9000));
        assertTrue(refusal.contains("greatest=" + VerbsTesting.greatestMtuBytes()), refusal);
        String gid = Refusal.of(() -> VerbsPort.open(new PortSpec.Verbs(device.device(), 1, 200), 1000));
        assertTrue(gid.startsWith("RDMA port without such a RoCE v2 address: port=verbs:"), gid);
        String port = Refusal.of(() -> VerbsPort.open(new PortSpec.Verbs(device.device(), 9, -1), 1000));
        assertTrue(port.startsWith("RDMA device has fewer ports: "), port);
        String none = Refusal.of(() -> Ports.open(PortSpec.parse("verbs:nosuch0"), 1000));
        assertTrue(none.startsWith("RDMA device not found: device=nosuch0"), none);
    }
}

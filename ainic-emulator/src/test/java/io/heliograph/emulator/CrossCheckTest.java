package io.heliograph.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricConfig;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.emulator.fabric.LinkConfig;
import io.heliograph.emulator.fabric.SwitchConfig;
import io.heliograph.emulator.fabric.WireAccounting;
import io.heliograph.emulator.topology.Topologies;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.PathConfig;
import io.heliograph.transport.PathSpray;
import io.heliograph.transport.rate.RateTable;
import org.junit.jupiter.api.Test;

/**
 * The same traffic as in the validation runs of csg-htsim and uet-htsim: a three-tier fat tree of 16 hosts (k = 4), 100 Gbit/s, 1 us a link, store and forward, 64 bytes of headers on each packet and 64 bytes for each control
 * packet.
 */
final class CrossCheckTest {
    private static final LinkConfig LINK = LinkConfig.of(100_000_000_000L, 1_000_000);
    private static final long FLOW_BYTES = 2_000_000;
    // 4,084 bytes of payload; theirs are 4,086, which is no multiple of four (PROTOCOL.md section 2.1).
    private static final int MTU_BYTES = 4168;
    private static final long QUEUE_BYTES = 145_250;

    private static Fabric fatTree16() {
        return Topologies.fatTree(4, LINK, SwitchConfig.of(QUEUE_BYTES * 4).withQueueBytes(QUEUE_BYTES))
                .build(FabricConfig.DEFAULT
                        .withMtuBytes(MTU_BYTES)
                        .withAccounting(new WireAccounting(64, 64))
                        .withSeed(13));
    }

    /**
     * One flow, host 0 to host 13, 6 links. With P payload bytes in a full packet, N = ceil(2,000,000 / P) packets, the last of L bytes, at 80 ps a byte: the N - 1 full packets leave the host one behind the other,
     * the last of them is sent on five more times, the short one follows it and adds its own time on the last link only, and light takes 6 us; then an acknowledgement of 64 bytes goes 6 links.
     *
     * <p>Theirs, P = 4,086: 489 x 0.332 + 5 x 0.332 + 0.161 + 6 + 6 x (1 + 0.00512) = 176.1995 us; uet-htsim prints 176.2. Ours, P = 4,084: 176.19872 us.
     */
    @Test
    void shouldTakeAsLongForOneFlowAsTheClosedFormSays() {
        long payload = 4084;
        long packets = Math.ceilDiv(FLOW_BYTES, payload);
        long full = (payload + 64) * 80;
        long last = (FLOW_BYTES - (packets - 1) * payload + 64) * 80;
        long expectedPs = (packets - 1) * full + 5 * full + last + 6_000_000 + 6 * (1_000_000 + 64 * 80);
        try (Cluster cluster = new Cluster(fatTree16(), FLOW_BYTES, 0, config -> config.withWindowPackets(256))) {
            int flow = cluster.flow(0, 13, FLOW_BYTES, FLOW_BYTES);
            assertTrue(cluster.run(1_000_000_000));
            assertEquals(expectedPs, cluster.completedPs(flow));
            assertTrue(Math.abs(cluster.completedPs(flow) - 176_199_500) < 1_000, "a nanosecond off htsim");
            assertEquals(packets, cluster.count(EndpointCounter.DATA_SENT));
            assertEquals(0, cluster.failed());
        }
    }

    /**
     * 15 hosts to one, 2 MB each. The last link alone takes 15 x 490 packets = 15 x (2,000,000 + 490 x 64) x 80 ps = 2,437.6 us, and about 8 us go by before and after; csg-htsim's EQDS, which has the receiver give credit, lands in
     * 2,447.6 to 2,470.4 us with 616 retransmissions. A table that gives each sender a fifteenth of the line must land in 2,446 to 2,470 and lose nothing.
     */
    @Test
    void shouldLoseNothingInAPlannedIncastAndEndInTime() {
        int senders = 15;
        try (Cluster cluster = new Cluster(
                fatTree16(),
                FLOW_BYTES,
                0,
                config -> config.withWindowPackets(256)
                        .withPaths(PathConfig.of(PathSpray.OBLIVIOUS).withPaths(128)))) {
            // Rates are those of the real line (R12.2): 4,084 bytes of payload are 4,206 there, and count 4,148 here.
            long rate = 100_000_000_000L / senders * 4206 / 4148;
            RateTable.Builder table = RateTable.builder(100_000_000_000L);
            for (int i = 0; i < senders; i++) {
                table.flow(HostAddresses.ipv4(i), HostAddresses.ipv4(senders), 0, rate);
            }
            for (int i = 0; i < senders; i++) {
                cluster.host(i).endpoint().rateTables().replace(table.build());
                cluster.flow(i, senders, FLOW_BYTES, FLOW_BYTES);
            }
            assertTrue(cluster.run(10_000_000_000L));
            long[] completedPs = cluster.completedPs();
            long last = completedPs[senders - 1];
            assertTrue(last >= 2_446_000_000L && last <= 2_470_000_000L, () -> "last flow at " + last + " ps");
            assertEquals(0, cluster.fabric().droppedFrames());
            assertEquals(0, cluster.count(EndpointCounter.RETRANSMITTED));
        }
    }
}

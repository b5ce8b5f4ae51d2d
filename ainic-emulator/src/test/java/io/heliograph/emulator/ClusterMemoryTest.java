package io.heliograph.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricConfig;
import io.heliograph.emulator.fabric.LinkConfig;
import io.heliograph.emulator.fabric.SwitchConfig;
import io.heliograph.emulator.topology.Topologies;
import io.heliograph.transport.PathConfig;
import io.heliograph.transport.PathSpray;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What hosts that all write to each other cost of the heap: 1,024 of them, with a million sides of relations, must fit in 8 GiB. */
final class ClusterMemoryTest {
    private static final int HOSTS = 48;
    private static final int WINDOW_PACKETS = 64;
    /** One post, of more packets than the window has: each post that is outstanding would count as well. */
    private static final long FLOW_BYTES = 100_000;

    private static final int COLLECTIONS = 3;
    /** 1,024 times 1,024 of them are 3.1 GiB; 2,924 were measured. */
    private static final long SIDE_BYTES = 3_200;

    private static final long HOST_BYTES = 64_000;

    @Test
    void shouldTakeLittleHeapWhenAllHostsWriteToEachOther() {
        Fabric fabric = Topologies.star(HOSTS, LinkConfig.of(100_000_000_000L, 1_000_000), SwitchConfig.of(10_000_000))
                .build(FabricConfig.DEFAULT);
        long fabricBytes = usedBytes();
        try (Cluster cluster = new Cluster(
                fabric,
                FLOW_BYTES,
                1_000_000,
                config -> config.withWindowPackets(WINDOW_PACKETS)
                        .withMaxPeers(HOSTS)
                        .withPaths(PathConfig.of(PathSpray.ADAPTIVE).withPaths(16)))) {
            long hostsBytes = usedBytes();
            for (int shift = 1; shift < HOSTS; shift++) {
                for (int from = 0; from < HOSTS; from++) {
                    cluster.flow(from, (from + shift) % HOSTS, FLOW_BYTES, FLOW_BYTES);
                }
            }
            assertTrue(cluster.run(1_000_000_000_000L), () -> cluster.openFlows() + " flows are open");
            assertEquals(0, cluster.failed());
            long hostBytes = (hostsBytes - fabricBytes) / HOSTS;
            long sideBytes = (usedBytes() - hostsBytes) / (HOSTS * (HOSTS - 1));
            String figures =
                    String.format(Locale.ROOT, "heap bytes: a host %d, a side of a relation %d", hostBytes, sideBytes);
            System.out.println(figures);
            assertTrue(sideBytes <= SIDE_BYTES && hostBytes <= HOST_BYTES, figures);
        }
    }

    private static long usedBytes() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}

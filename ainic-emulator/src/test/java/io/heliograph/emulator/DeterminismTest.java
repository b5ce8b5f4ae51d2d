package io.heliograph.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.fabric.EcnMarking;
import io.heliograph.emulator.fabric.EventHash;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricConfig;
import io.heliograph.emulator.fabric.FaultPlan;
import io.heliograph.emulator.fabric.LinkConfig;
import io.heliograph.emulator.fabric.LinkFault;
import io.heliograph.emulator.fabric.SwitchConfig;
import io.heliograph.emulator.fabric.Trimming;
import io.heliograph.emulator.topology.Topologies;
import io.heliograph.testing.Allocations;
import io.heliograph.transport.EndpointCounter;
import org.junit.jupiter.api.Test;

/** Sixteen endpoints over a fat tree with everything that chance decides: errors, losses, RED, flapping, trimming. */
final class DeterminismTest {
    private static final long FLOW_BYTES = 400_000;
    private static final LinkConfig LINK =
            LinkConfig.of(100_000_000_000L, 1_000_000).withBitErrorRate(1e-8);

    private static Fabric troubled(long seed) {
        SwitchConfig config = SwitchConfig.of(1_000_000)
                .withQueueBytes(60_000)
                .withAlpha(1)
                .withMarking(new EcnMarking.Red(10_000, 50_000, 0.5))
                .withTrimming(Trimming.DEFAULT);
        Fabric fabric = Topologies.fatTree(4, LINK, config)
                .build(FabricConfig.DEFAULT.withSeed(seed).withEcnCapable(true));
        new FaultPlan(fabric)
                .addCable(fabric.link("tor0", "agg0"), new LinkFault.Lossy(0.01), 0, 50_000_000)
                .add(fabric.link("agg2", "core0"), new LinkFault.BlackHole(), 10_000_000, 40_000_000)
                .flapping(fabric.link("tor3", "agg2"), 5_000_000, 60_000_000, 3_000_000, 9_000_000);
        return fabric;
    }

    private static long run(long seed) {
        Fabric fabric = troubled(seed);
        EventHash hash = new EventHash();
        fabric.observe(hash);
        try (Cluster cluster = new Cluster(fabric, FLOW_BYTES, 500_000, config -> config.withWindowPackets(128))) {
            for (int i = 0; i < 16; i++) {
                cluster.flow(i, (i + 5) % 16, FLOW_BYTES, 100_000);
                cluster.flow(i, i == 0 ? 15 : 0, FLOW_BYTES / 4, 100_000);
            }
            assertTrue(cluster.run(1_000_000_000_000L), () -> cluster.openFlows() + " flows are open");
            assertEquals(0, cluster.failed());
            assertTrue(cluster.count(EndpointCounter.RETRANSMITTED) > 0);
            assertTrue(fabric.droppedFrames() > 0);
            long out = fabric.deliveredFrames() + fabric.droppedFrames() + fabric.framesInside();
            assertEquals(fabric.sentFrames(), out, "frames are missing");
        }
        return hash.value();
    }

    @Test
    void shouldReplayEveryEventFromASeed() {
        long first = run(1);
        assertEquals(first, run(1));
        assertNotEquals(first, run(2));
    }

    @Test
    void shouldAllocateNothingWhileFramesPass() {
        Fabric fabric = Topologies.fatTree(4, LINK, SwitchConfig.of(10_000_000)).build(FabricConfig.DEFAULT);
        try (Cluster cluster = new Cluster(fabric, 65_536, 0, config -> config.withWindowPackets(128))) {
            // As many posts as a ring takes, which all go on while it is measured.
            for (int i = 0; i < 16; i++) {
                cluster.flow(i, (i + 5) % 16, 1000 * 65_536L, 65_536);
            }
            assertEquals(0, Allocations.inSteadyState(() -> {
                boolean over = cluster.run(fabric.time().nowPs() + 200_000_000);
                assertTrue(!over, "the flows ended while it was measured");
            }));
        }
    }
}

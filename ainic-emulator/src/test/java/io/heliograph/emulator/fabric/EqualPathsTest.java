package io.heliograph.emulator.fabric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.topology.Topologies;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Two leaves and eight spines: the entropy chooses one of eight ways. */
final class EqualPathsTest {
    private static final int SPINES = 8;
    private static final LinkConfig LINK = LinkConfig.of(100_000_000_000L, 1_000_000);

    private static RawHosts leafSpine(long seed) {
        return new RawHosts(Topologies.leafSpine(2, SPINES, 1, LINK, LINK, SwitchConfig.of(1_000_000_000))
                .build(FabricConfig.DEFAULT
                        .withSeed(seed)
                        .withSendRingFrames(100_000)
                        .withReceiveRingFrames(100_000)));
    }

    private static long[] used(RawHosts hosts) {
        long[] used = new long[SPINES];
        for (int i = 0; i < SPINES; i++) {
            used[i] = hosts.fabric.link("leaf0", "spine" + i).sentFrames();
        }
        return used;
    }

    @Test
    void shouldSpreadEntropyValuesEvenly() {
        try (RawHosts hosts = leafSpine(1)) {
            int frames = 8_000;
            for (int i = 0; i < frames; i++) {
                hosts.send(0, 1, 0xC000 + i, 0, 100);
            }
            hosts.runUntil(EventQueue.NEVER);
            double chiSquared = 0;
            for (long each : used(hosts)) {
                chiSquared += Math.pow(each - frames / (double) SPINES, 2) / (frames / (double) SPINES);
            }
            // Seven degrees of freedom: above 29.9 once in ten thousand.
            assertTrue(chiSquared < 29.9, "chi squared " + chiSquared);
        }
    }

    @Test
    void shouldKeepOneEntropyValueOnOneWay() {
        try (RawHosts hosts = leafSpine(1)) {
            for (int i = 0; i < 100; i++) {
                hosts.send(0, 1, 0xC123, 0, 100);
            }
            hosts.runUntil(EventQueue.NEVER);
            int ways = 0;
            for (long each : used(hosts)) {
                ways += each > 0 ? 1 : 0;
            }
            assertEquals(1, ways);
        }
    }

    @Test
    void shouldSayWhichLinkAnEntropyValueTakes() {
        try (RawHosts hosts = leafSpine(3)) {
            Switch leaf = hosts.fabric.switches().stream()
                    .filter(each -> each.name().equals("leaf0"))
                    .findFirst()
                    .orElseThrow();
            for (int entropy = 0xC000; entropy < 0xC040; entropy++) {
                Link foretold = leaf.linkTaken(0, 1, entropy);
                assertNotNull(foretold);
                long before = foretold.sentFrames();
                hosts.send(0, 1, entropy, 0, 100);
                hosts.runUntil(EventQueue.NEVER);
                assertEquals(before + 1, foretold.sentFrames());
            }
        }
    }

    @Test
    void shouldChooseOtherwiseWithAnotherSeed() {
        long[][] ways = new long[2][];
        for (int seed = 0; seed < 2; seed++) {
            try (RawHosts hosts = leafSpine(seed + 1)) {
                for (int i = 0; i < 32; i++) {
                    hosts.send(0, 1, 0xC000 + i, 0, 100);
                }
                hosts.runUntil(EventQueue.NEVER);
                ways[seed] = used(hosts);
            }
        }
        assertNotEquals(Arrays.toString(ways[0]), Arrays.toString(ways[1]));
    }

    @Test
    void shouldGoAroundALinkWithoutCarrierOfItsOwn() {
        try (RawHosts hosts = leafSpine(1)) {
            hosts.fabric.link("leaf0", "spine3").fault(new LinkFault.Down());
            hosts.fabric.link("spine3", "leaf0").fault(new LinkFault.Down());
            for (int i = 0; i < 1000; i++) {
                hosts.send(0, 1, 0xC000 + i, 0, 100);
            }
            hosts.runUntil(EventQueue.NEVER);
            assertEquals(1000, hosts.arrivals.size());
            assertEquals(0, used(hosts)[3]);
        }
    }
}

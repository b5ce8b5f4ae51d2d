package io.heliograph.emulator.fabric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.topology.Topologies;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Four racks of one host around an optical switch: slots of 100 us, 10 us for the mirrors; a packet of 1,000 bytes takes 80 ns. */
final class OpticalSwitchTest {
    private static final LinkConfig LINK = LinkConfig.of(100_000_000_000L, 1_000_000);
    private static final long SLOT_PS = 100_000_000;
    private static final long MOVE_PS = 10_000_000;
    private static final int FRAME = 1000;

    private static RawHosts racks() {
        return new RawHosts(Topologies.opticalRacks(
                        4, 1, LINK, LINK, SwitchConfig.of(100_000_000), CircuitSchedule.roundRobin(4, SLOT_PS, MOVE_PS))
                .build(FabricConfig.DEFAULT
                        .withAccounting(new WireAccounting(0, 100))
                        .withSendRingFrames(100_000)
                        .withReceiveRingFrames(100_000)));
    }

    /** In the slot with its circuit, a rack's frames pass by 1 us each from host, rack and mirrors, and twice their own length: stored once, for light is not. */
    @Test
    void shouldPassLightWithoutStoringIt() {
        try (RawHosts hosts = racks()) {
            int partner = CircuitSchedule.roundRobin(4, SLOT_PS, MOVE_PS).partner(0, 0);
            hosts.send(0, partner, 0xC000, 0, FRAME);
            hosts.runUntil(SLOT_PS);
            // Host to rack, rack to mirrors and on to the other rack, rack to host: three times on a line, four links.
            assertEquals(3 * 80_000 + 4_000_000, hosts.arrivals.getFirst().atPs());
        }
    }

    /** Frames for all others at once: each goes in the slot of its circuit, none is lost, and no slot carries more than fits. */
    @Test
    void shouldKeepFramesWaitingForTheirCircuitAndLoseNone() {
        CircuitSchedule schedule = CircuitSchedule.roundRobin(4, SLOT_PS, MOVE_PS);
        int each = 900;
        try (RawHosts hosts = racks()) {
            for (int i = 0; i < each; i++) {
                for (int other = 1; other < 4; other++) {
                    hosts.send(0, other, 0xC000, 0, FRAME);
                }
            }
            hosts.runUntil(20 * (SLOT_PS + MOVE_PS));
            assertEquals(3 * each, hosts.arrivals.size());
            assertEquals(0, hosts.fabric.droppedFrames());
            assertTrue(hosts.fabric.opticalSwitches().getFirst().reconfigurations() >= 2);
            for (RawHosts.Arrival arrival : hosts.arrivals) {
                // It came through the mirrors 80 ns and two links before.
                long throughPs = arrival.atPs() - 80_000 - 2_000_000;
                long sinceSlotPs = throughPs % (SLOT_PS + MOVE_PS);
                int slot = (int) (throughPs / (SLOT_PS + MOVE_PS) % 3);
                assertEquals(arrival.host(), schedule.partner(slot, 0), "came by another's circuit");
                assertTrue(sinceSlotPs <= SLOT_PS, "came while the mirrors moved");
            }
        }
    }

    @Test
    void shouldFillASlotAndNoMore() {
        int partner = CircuitSchedule.roundRobin(4, SLOT_PS, MOVE_PS).partner(0, 0);
        try (RawHosts hosts = racks()) {
            for (int i = 0; i < 5_000; i++) {
                hosts.send(0, partner, 0xC000, 0, FRAME);
            }
            hosts.runUntil(SLOT_PS + MOVE_PS);
            // The first frame is at the rack after 1.08 us; what is at the mirrors, 1 us on, before 100 us: less than
            // (100 - 1.08 - 1) / 0.08.
            long through = hosts.fabric.link("o0", "tor" + partner).sentFrames();
            assertEquals((SLOT_PS - 2_080_000 - 1) / 80_000, through);
            hosts.runUntil(20 * (SLOT_PS + MOVE_PS));
            assertEquals(5_000, hosts.arrivals.size());
        }
    }

    @Test
    void shouldRefuseMatchingsThatNameAPortTwice() {
        assertThrows(IllegalArgumentException.class, () -> CircuitSchedule.of(List.of(new int[] {1, 1, 0}), 1, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> CircuitSchedule.of(List.of(new int[] {1, 0}, new int[] {0}), 1, 0));
    }
}

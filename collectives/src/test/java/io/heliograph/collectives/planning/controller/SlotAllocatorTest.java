package io.heliograph.collectives.planning.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.Allocations;
import io.heliograph.transport.SeededRandom;
import org.junit.jupiter.api.Test;

/** Every slot is a maximal matching, everybody is served, and nobody waits for longer than a turn of all who are in the way. */
class SlotAllocatorTest {
    @Test
    void shouldFillEverySlotWithAMaximalMatchingUntilAllIsServed() {
        for (long seed = 0; seed < 300; seed++) {
            SeededRandom random = new SeededRandom(seed);
            int nodes = 2 + random.nextInt(40);
            int perLeaf = 1 + random.nextInt(nodes);
            LeafSpineShape shape = new LeafSpineShape(nodes, perLeaf, 1 + random.nextInt(perLeaf + 2));
            SlotAllocator slots = new SlotAllocator(shape, 1 + random.nextInt(64));
            int[][] demand = new int[nodes][nodes];
            long total = 0;
            for (int i = random.nextInt(4 * nodes); i >= 0; i--) {
                int source = random.nextInt(nodes);
                int destination = (source + 1 + random.nextInt(nodes - 1)) % nodes;
                demand[source][destination] += random.nextInt(20);
                slots.setBacklog(source, destination, demand[source][destination]);
            }
            for (int[] row : demand) {
                for (int chunks : row) {
                    total += chunks;
                }
            }
            assertEquals(total, slots.waiting(), "seed=" + seed);
            // Sources that wait send in every slot in turn of those in the way: far more slots than that is an error.
            for (int batch = 0; slots.waiting() > 0; batch++) {
                assertTrue(batch <= total, "seed=" + seed + ": does not end");
                int granted = slots.allocate();
                assertEquals(granted, new MatchingCheck(shape, "seed=" + seed).check(slots, demand), "seed=" + seed);
            }
            for (int[] row : demand) {
                for (int chunks : row) {
                    assertEquals(0, chunks, "seed=" + seed);
                }
            }
            assertEquals(0, slots.allocate());
        }
    }

    @Test
    void shouldLetNoPairWaitForMoreThanATurnOfThoseInTheWay() {
        int nodes = 12;
        SlotAllocator slots = new SlotAllocator(new LeafSpineShape(nodes, nodes, nodes), 16);
        SeededRandom random = new SeededRandom(5);
        int[][] lastSlot = new int[nodes][nodes];
        int slot = 0;
        int longest = 0;
        for (int batch = 0; batch < 400; batch++) {
            for (int source = 0; source < nodes; source++) {
                for (int destination = 0; destination < nodes; destination++) {
                    // Those of node 0 always have something; the others come, send much, and go.
                    boolean always = source == 0;
                    if (source != destination && (always || random.nextInt(8) == 0)) {
                        slots.setBacklog(source, destination, always ? 1000 : random.nextInt(40));
                    }
                }
            }
            slots.allocate();
            for (int i = 0; i < slots.batchSlots(); i++, slot++) {
                for (int grant = 0; grant < slots.grants(i); grant++) {
                    if (slots.source(i, grant) == 0) {
                        int destination = slots.destination(i, grant);
                        longest = Math.max(longest, slot - lastSlot[0][destination]);
                        lastSlot[0][destination] = slot;
                    }
                }
            }
        }
        for (int destination = 1; destination < nodes; destination++) {
            longest = Math.max(longest, slot - lastSlot[0][destination]);
        }
        // Others with this source: nodes - 2; with this destination: nodes - 2; and then its own turn.
        assertTrue(longest <= 2 * (nodes - 2) + 1, "waited " + longest + " slots");
        assertTrue(longest >= nodes - 1, "eleven destinations cannot all be served sooner: " + longest);
    }

    @Test
    void shouldServeAPermutationInEverySlot() {
        SlotAllocator slots = new SlotAllocator(new LeafSpineShape(64, 8, 8), 64);
        for (int node = 0; node < 64; node++) {
            slots.setBacklog(node, (node + 9) % 64, 64);
        }
        assertEquals(64 * 64, slots.allocate());
        assertEquals(0, slots.waiting());
    }

    @Test
    void shouldForgetWhatIsTakenBack() {
        SlotAllocator slots = new SlotAllocator(new LeafSpineShape(4, 2, 2), 8);
        slots.setBacklog(0, 1, 5);
        slots.setBacklog(0, 2, 5);
        slots.setBacklog(0, 1, 0);
        assertEquals(5, slots.allocate());
        assertEquals(0, slots.backlog(0, 2));
        slots.setBacklog(0, 1, 1);
        assertEquals(1, slots.allocate());
    }

    @Test
    void shouldAllocateNothingOfTheHeapForSlotsAndPaths() {
        SlotAllocator slots = new SlotAllocator(new LeafSpineShape(64, 8, 6), 16);
        PathAllocator paths = new PathAllocator(slots.shape());
        long bytes = Allocations.inSteadyState(() -> {
            for (int source = 0; source < 64; source++) {
                for (int step = 1; step < 9; step++) {
                    slots.setBacklog(source, (source + 7 * step) % 64, 3);
                }
            }
            slots.allocate();
            for (int slot = 0; slot < slots.batchSlots(); slot++) {
                paths.choose(slots, slot, slot);
            }
        });
        assertEquals(0, bytes);
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        SlotAllocator slots = new SlotAllocator(new LeafSpineShape(4, 2, 2), 8);
        assertThrows(IllegalArgumentException.class, () -> slots.setBacklog(1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> slots.setBacklog(1, 4, 1));
        assertThrows(IllegalArgumentException.class, () -> slots.setBacklog(-1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> slots.setBacklog(0, 1, -1));
        assertThrows(IllegalArgumentException.class, () -> new SlotAllocator(slots.shape(), 65));
        assertThrows(IllegalArgumentException.class, () -> new LeafSpineShape(1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new LeafSpineShape(4, 5, 1));
        assertThrows(IllegalArgumentException.class, () -> new LeafSpineShape(4, 2, 0));
    }
}

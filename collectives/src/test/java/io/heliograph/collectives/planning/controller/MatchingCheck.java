package io.heliograph.collectives.planning.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Compares the slots of a batch with what they are to be. */
record MatchingCheck(LeafSpineShape shape, String what) {
    /**
     * Checks all slots.
     *
     * @param demand before the batch; afterwards what is left of it
     * @return chunks that got a slot
     */
    int check(SlotAllocator slots, int[][] demand) {
        int nodes = shape.nodes();
        int count = slots.batchSlots();
        boolean[][] sends = new boolean[count][nodes];
        boolean[][] receives = new boolean[count][nodes];
        int[][] up = new int[count][shape.leaves()];
        int[][] down = new int[count][shape.leaves()];
        int chunks = 0;
        for (int slot = 0; slot < count; slot++) {
            for (int grant = 0; grant < slots.grants(slot); grant++) {
                int source = slots.source(slot, grant);
                int destination = slots.destination(slot, grant);
                assertTrue(--demand[source][destination] >= 0, what + ": more than was asked for");
                assertTrue(!sends[slot][source] && !receives[slot][destination], what + ": no matching");
                sends[slot][source] = true;
                receives[slot][destination] = true;
                if (shape.leaf(source) != shape.leaf(destination)) {
                    assertTrue(++up[slot][shape.leaf(source)] <= shape.paths(), what + ": links up");
                    assertTrue(++down[slot][shape.leaf(destination)] <= shape.paths(), what + ": links down");
                }
                chunks++;
            }
        }
        for (int source = 0; source < nodes; source++) {
            for (int destination = 0; destination < nodes; destination++) {
                int left = demand[source][destination];
                if (source != destination) {
                    assertEquals(left, slots.backlog(source, destination), what);
                }
                for (int slot = 0; left > 0 && slot < count; slot++) {
                    int from = shape.leaf(source);
                    int to = shape.leaf(destination);
                    boolean inTheWay = sends[slot][source]
                            || receives[slot][destination]
                            || from != to && (up[slot][from] == shape.paths() || down[slot][to] == shape.paths());
                    assertTrue(inTheWay, what + ": slot " + slot + " is not maximal");
                }
            }
        }
        return chunks;
    }
}

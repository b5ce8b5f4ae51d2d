package io.heliograph.collectives.planning.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.SeededRandom;
import org.junit.jupiter.api.Test;

/** Colours and paths are compared with the definition: none twice at a vertex. */
class EdgeColouringTest {
    @Test
    void shouldColourRandomMultigraphsWithAsManyColoursAsTheGreatestDegree() {
        for (long seed = 0; seed < 2000; seed++) {
            SeededRandom random = new SeededRandom(seed);
            int vertices = 1 + random.nextInt(12);
            int degree = 1 + random.nextInt(14);
            EdgeColouring colouring = new EdgeColouring(vertices, degree, vertices * degree);
            boolean regular = random.nextInt(2) == 0;
            int[] at = shuffledStubs(vertices, degree, random);
            int[] to = shuffledStubs(vertices, degree, random);
            for (int i = 0; i < at.length; i++) {
                if (regular || random.nextInt(3) > 0) {
                    colouring.add(at[i], to[i]);
                }
            }
            colouring.colour();
            boolean[][] left = new boolean[vertices][degree];
            boolean[][] right = new boolean[vertices][degree];
            int edge = 0;
            // The same draws again say which edges there are.
            SeededRandom again = new SeededRandom(seed);
            again.nextInt(12);
            again.nextInt(14);
            again.nextInt(2);
            shuffledStubs(vertices, degree, again);
            shuffledStubs(vertices, degree, again);
            for (int i = 0; i < at.length; i++) {
                if (regular || again.nextInt(3) > 0) {
                    int colour = colouring.colour(edge++);
                    assertTrue(colour >= 0 && colour < degree, "seed=" + seed + " colour=" + colour);
                    assertTrue(!left[at[i]][colour] && !right[to[i]][colour], "seed=" + seed + ": twice at a vertex");
                    left[at[i]][colour] = true;
                    right[to[i]][colour] = true;
                }
            }
            assertEquals(colouring.edges(), edge, "seed=" + seed);
        }
    }

    @Test
    void shouldRefuseAVertexWithMoreEdgesThanColours() {
        EdgeColouring colouring = new EdgeColouring(2, 2, 4);
        colouring.add(0, 0);
        colouring.add(0, 1);
        colouring.add(0, 0);
        assertThrows(IllegalStateException.class, colouring::colour);
        colouring.clear();
        colouring.add(0, 0);
        colouring.colour();
        assertEquals(0, colouring.colour(0));
    }

    @Test
    void shouldUseEachLinkOnceInEverySlotOfNetworksOfUpTo1024Nodes() {
        int[][] shapes = {{1024, 32, 32}, {1024, 32, 24}, {1024, 64, 48}, {1000, 40, 40}, {256, 16, 16}, {64, 8, 3}};
        for (int[] each : shapes) {
            LeafSpineShape shape = new LeafSpineShape(each[0], each[1], each[2]);
            SeededRandom random = new SeededRandom(each[2]);
            SlotAllocator slots = new SlotAllocator(shape, 16);
            PathAllocator paths = new PathAllocator(shape);
            for (int i = 0; i < 40 * shape.nodes(); i++) {
                int source = random.nextInt(shape.nodes());
                slots.setBacklog(source, (source + 1 + random.nextInt(shape.nodes() - 1)) % shape.nodes(), 2);
            }
            int[] used = new int[shape.paths()];
            assertTrue(slots.allocate() > 0);
            for (int slot = 0; slot < slots.batchSlots(); slot++) {
                paths.choose(slots, slot, 1_000_003L * slot);
                boolean[][] up = new boolean[shape.leaves()][shape.paths()];
                boolean[][] down = new boolean[shape.leaves()][shape.paths()];
                for (int grant = 0; grant < slots.grants(slot); grant++) {
                    int from = shape.leaf(slots.source(slot, grant));
                    int to = shape.leaf(slots.destination(slot, grant));
                    int path = paths.path(grant);
                    assertEquals(from == to, path == PathAllocator.NO_PATH);
                    if (from != to) {
                        assertTrue(!up[from][path] && !down[to][path], shape + ": a link twice in slot " + slot);
                        up[from][path] = true;
                        down[to][path] = true;
                        used[path]++;
                    }
                }
            }
            for (int count : used) {
                assertTrue(count > 0, shape + ": a path that is never taken");
            }
        }
    }

    /** Each vertex as often as its degree, in any order. */
    private static int[] shuffledStubs(int vertices, int degree, SeededRandom random) {
        int[] stubs = new int[vertices * degree];
        for (int i = 0; i < stubs.length; i++) {
            stubs[i] = i % vertices;
        }
        for (int i = stubs.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int swap = stubs[i];
            stubs[i] = stubs[other];
            stubs[other] = swap;
        }
        return stubs;
    }
}

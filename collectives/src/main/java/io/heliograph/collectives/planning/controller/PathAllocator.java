package io.heliograph.collectives.planning.controller;

/**
 * Gives the chunks of a slot their paths, so that each link between a leaf and a spine carries at most one of them: the chunks between leaves are edges of a bipartite multigraph, and paths its colours ({@link EdgeColouring}).
 *
 * <p>One thread. Only the constructor allocates.
 */
public final class PathAllocator {
    /** The path of a chunk that stays below its leaf. */
    public static final int NO_PATH = -1;

    private final LeafSpineShape shape;
    private final int[] leafOf;
    private final EdgeColouring colouring;
    private final int[] edgeOf;
    private int rotation;

    /** An allocator for one network. */
    public PathAllocator(LeafSpineShape shape) {
        this.shape = shape;
        leafOf = new int[shape.nodes()];
        for (int node = 0; node < leafOf.length; node++) {
            leafOf[node] = shape.leaf(node);
        }
        colouring = new EdgeColouring(shape.leaves(), shape.paths(), shape.nodes());
        edgeOf = new int[shape.nodes()];
    }

    /**
     * Chooses the paths of all chunks of a slot of the last batch.
     *
     * @param turn moves on which paths are taken first, so that those of slots with few chunks take turns; for example the slot's number
     */
    public void choose(SlotAllocator slots, int slot, long turn) {
        colouring.clear();
        int grants = slots.grants(slot);
        for (int grant = 0; grant < grants; grant++) {
            int up = leafOf[slots.source(slot, grant)];
            int down = leafOf[slots.destination(slot, grant)];
            if (up == down) {
                edgeOf[grant] = NO_PATH;
            } else {
                edgeOf[grant] = colouring.edges();
                colouring.add(up, down);
            }
        }
        colouring.colour();
        rotation = (int) Math.floorMod(turn, (long) shape.paths());
    }

    /** The path of a chunk of the slot, or {@link #NO_PATH}. */
    public int path(int grant) {
        return edgeOf[grant] == NO_PATH ? NO_PATH : (colouring.colour(edgeOf[grant]) + rotation) % shape.paths();
    }
}

package io.heliograph.collectives.planning.controller;

/**
 * The network that is shared out: leaves with nodes below and one link to each spine above. A path is a spine. Every link carries one chunk a slot each way.
 *
 * @param nodes numbered from 0, the first {@code nodesPerLeaf} at leaf 0, and so on
 * @param nodesPerLeaf at each leaf; the last one may have fewer
 * @param paths spines
 */
public record LeafSpineShape(int nodes, int nodesPerLeaf, int paths) {
    /** Most nodes: their pairs take 8 bytes each. */
    public static final int MAX_NODES = 4096;

    /** Most paths. */
    public static final int MAX_PATHS = 1024;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if there are fewer than two nodes, no path, or too many of them
     */
    public LeafSpineShape {
        if (nodes < 2 || nodes > MAX_NODES) {
            throw new IllegalArgumentException("shape: nodes=" + nodes + "; from 2 to " + MAX_NODES + " are possible");
        }
        if (nodesPerLeaf < 1 || nodesPerLeaf > nodes) {
            throw new IllegalArgumentException(
                    "shape: nodesPerLeaf=" + nodesPerLeaf + "; from 1 to nodes=" + nodes + " are possible");
        }
        if (paths < 1 || paths > MAX_PATHS) {
            throw new IllegalArgumentException("shape: paths=" + paths + "; from 1 to " + MAX_PATHS + " are possible");
        }
    }

    /** Leaves, the last one included. */
    public int leaves() {
        return (nodes + nodesPerLeaf - 1) / nodesPerLeaf;
    }

    /** The leaf of a node. */
    public int leaf(int node) {
        return node / nodesPerLeaf;
    }

    /** Whether a leaf has fewer links up than nodes, so that slots must be refused for want of links. */
    public boolean isOversubscribed() {
        return paths < nodesPerLeaf;
    }
}

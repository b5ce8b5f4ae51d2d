package io.heliograph.benchmarks.arbiter;

import io.heliograph.transport.SeededRandom;

/**
 * What nodes of expert-parallel groups have to send: each to others of its group, drawn anew for each chunk. Members of a group are as far apart as there are groups, so that most chunks leave their leaf.
 *
 * <p>One thread.
 */
final class ArbiterDemand {
    private final int nodes;
    private final int experts;
    private final int groups;
    private final double load;
    private final SeededRandom random;
    private final double[] owed;

    /**
     * Demand of some load.
     *
     * @param experts nodes of a group; divides {@code nodes}
     * @param load chunks a slot and node, from above 0 to 1
     */
    ArbiterDemand(int nodes, int experts, double load, long seed) {
        this.nodes = nodes;
        this.experts = experts;
        this.load = load;
        groups = nodes / experts;
        random = new SeededRandom(seed);
        owed = new double[nodes];
    }

    /** Whether each pair of a group is to have chunks at any time. */
    boolean isFull() {
        return load >= 1;
    }

    /** Takes chunks. */
    @FunctionalInterface
    interface Taker {
        /** Some more for a pair. */
        void add(int source, int destination, int chunks);
    }

    /** Chunks that come up in some slots. */
    void next(int slots, Taker taker) {
        for (int source = 0; source < nodes; source++) {
            owed[source] += load * slots;
            for (; owed[source] >= 1; owed[source]--) {
                taker.add(source, other(source, 1 + random.nextInt(experts - 1)), 1);
            }
        }
    }

    /** Some chunks for each pair of a group. */
    void all(int chunks, Taker taker) {
        for (int source = 0; source < nodes; source++) {
            for (int distance = 1; distance < experts; distance++) {
                taker.add(source, other(source, distance), chunks);
            }
        }
    }

    private int other(int source, int distance) {
        return (source + distance * groups) % nodes;
    }
}

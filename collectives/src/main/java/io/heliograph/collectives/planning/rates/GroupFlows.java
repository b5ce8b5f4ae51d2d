package io.heliograph.collectives.planning.rates;

import io.heliograph.collectives.planning.traffic.Operation;
import java.util.Map;

/**
 * Which flows an operation of a group has, as the ring algorithms of {@code collectives} send it: to the next rank what passes there. An even all-to-all is the sum of the rotations of the group, which are the permutations that Birkhoff's theorem parts it into.
 */
final class GroupFlows {
    private GroupFlows() {}

    /**
     * Adds what an operation sends.
     *
     * @param hosts of the group's ranks, in their order
     * @param bytes as {@link Operation} says
     */
    static void add(Operation operation, int[] hosts, double bytes, Map<Flow, Double> to) {
        int ranks = hosts.length;
        switch (operation) {
            case ALL_REDUCE -> ring(hosts, ranks, 2 * bytes * (ranks - 1) / ranks, to);
            case ALL_GATHER, REDUCE_SCATTER -> ring(hosts, ranks, bytes * (ranks - 1) / ranks, to);
            // From rank to rank, the last sends to nobody.
            case BROADCAST, REDUCE -> ring(hosts, ranks - 1, bytes, to);
            case ALL_TO_ALL -> {
                for (int distance = 1; distance < ranks; distance++) {
                    rotation(hosts, distance, bytes / ranks, to);
                }
            }
            default -> throw new IllegalArgumentException("no flows are known of a group's " + operation.label());
        }
    }

    private static void ring(int[] hosts, int senders, double bytes, Map<Flow, Double> to) {
        for (int i = 0; i < senders; i++) {
            add(hosts[i], hosts[(i + 1) % hosts.length], bytes, to);
        }
    }

    /** Every rank sends to the one at a distance: a permutation. */
    static void rotation(int[] hosts, int distance, double bytes, Map<Flow, Double> to) {
        for (int i = 0; i < hosts.length; i++) {
            add(hosts[i], hosts[(i + distance) % hosts.length], bytes, to);
        }
    }

    /** Ranks at one host need no network. */
    static void add(int from, int to, double bytes, Map<Flow, Double> flows) {
        if (from != to && bytes > 0) {
            flows.merge(new Flow(from, to), bytes, Double::sum);
        }
    }
}

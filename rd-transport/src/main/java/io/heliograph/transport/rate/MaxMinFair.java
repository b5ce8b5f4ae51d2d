package io.heliograph.transport.rate;

import java.util.ArrayList;
import java.util.List;

/**
 * Max-min fair shares of links: those of all demands grow in proportion to their weights until a link on their way is full, then theirs stop and the others go on (progressive filling: Bertsekas and Gallager, "Data Networks", section
 * 6.5.2, with weights). For calculations before anything is sent; any thread.
 */
public final class MaxMinFair {
    /** Of equal levels, after rounding. */
    private static final double SAME = 1 + 1e-9;

    private MaxMinFair() {}

    /**
     * What wants a share.
     *
     * @param weight above 0: what its share is in proportion to
     * @param links the numbers of the links that it crosses, at least one
     * @param parts from above 0 to 1, one for each of these: which part of it each carries
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Demand(double weight, int[] links, double[] parts) {
        private boolean crosses(boolean[] full) {
            for (int link : links) {
                if (full[link]) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * The share of each demand, in their order and in the unit of {@code free}.
     *
     * @param free what each link has left, by number, from which the shares are taken off; where that is nothing, shares are 0
     */
    public static double[] shares(List<Demand> demands, double[] free) {
        double[] shares = new double[demands.size()];
        List<Integer> growing = new ArrayList<>(demands.size());
        for (int i = 0; i < shares.length; i++) {
            growing.add(i);
        }
        while (!growing.isEmpty()) {
            double[] weights = weights(demands, growing, free.length);
            double level = level(weights, free);
            boolean[] full = full(weights, free, level * SAME);
            growing.removeIf(number -> {
                Demand demand = demands.get(number);
                boolean stops = demand.crosses(full);
                if (stops) {
                    shares[number] = demand.weight * level;
                    take(demand, level, free);
                }
                return stops;
            });
        }
        return shares;
    }

    /** What the demands that still grow put on each link for each unit of the level. */
    private static double[] weights(List<Demand> demands, List<Integer> growing, int links) {
        double[] weights = new double[links];
        for (int number : growing) {
            Demand demand = demands.get(number);
            for (int i = 0; i < demand.links.length; i++) {
                weights[demand.links[i]] += demand.weight * demand.parts[i];
            }
        }
        return weights;
    }

    /** Where the next link is full. */
    private static double level(double[] weights, double[] free) {
        double level = Double.POSITIVE_INFINITY;
        for (int link = 0; link < free.length; link++) {
            if (weights[link] > 0) {
                level = Math.min(level, free[link] / weights[link]);
            }
        }
        return level;
    }

    private static boolean[] full(double[] weights, double[] free, double level) {
        boolean[] full = new boolean[free.length];
        for (int link = 0; link < free.length; link++) {
            full[link] = weights[link] > 0 && free[link] / weights[link] <= level;
        }
        return full;
    }

    private static void take(Demand demand, double level, double[] free) {
        for (int i = 0; i < demand.links.length; i++) {
            int link = demand.links[i];
            free[link] = Math.max(0, free[link] - demand.weight * level * demand.parts[i]);
        }
    }
}

package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.transport.rate.RateTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An offline calculation of rates, the simplest that is fair: within each phase the rates of all pairs grow in proportion to their bytes until a link on their way is full, then theirs stop (progressive filling: Bertsekas and Gallager,
 * "Data Networks", section 6.5.2, with weights). In phases that a pair is not expected in it has the least of its rates.
 *
 * <p>It knows the expected traffic, the topology and that packets are sprayed; it knows neither how addresses hash nor when things happen, and leaves a part of each link free for acknowledgements.
 */
final class MaxMinRates implements PhaseRates {
    /** Of equal rates, after rounding. */
    private static final double SAME = 1 + 1e-9;

    /** The least rate of each pair. */
    private final Map<Long, Long> least = new LinkedHashMap<>();

    private final Map<Integer, Map<Long, Long>> phases = new LinkedHashMap<>();

    private MaxMinRates() {}

    private static final class Pair {
        final long key;
        final SprayRoutes.Route route;
        double bytes;
        boolean stopped;

        Pair(long key, SprayRoutes.Route route) {
            this.key = key;
            this.route = route;
        }
    }

    /**
     * Rates for a fabric at time 0.
     *
     * @param expected what the traffic is expected to be
     * @param headroom the part of each link that is left free, from 0 to below 1
     */
    static MaxMinRates of(Fabric fabric, List<Step> expected, double headroom) {
        SprayRoutes routes = new SprayRoutes(fabric);
        Map<Integer, Map<Long, Pair>> phases = new LinkedHashMap<>();
        for (Step step : expected) {
            if (!step.isComputation()) {
                phases.computeIfAbsent(step.phase(), phase -> new LinkedHashMap<>())
                                .computeIfAbsent(
                                        PhaseRates.key(step.from(), step.to()),
                                        key -> new Pair(key, routes.route(step.from(), step.to())))
                                .bytes +=
                        step.bytes();
            }
        }
        double[] capacities = routes.capacities();
        for (int i = 0; i < capacities.length; i++) {
            capacities[i] *= 1 - headroom;
        }
        MaxMinRates plan = new MaxMinRates();
        phases.forEach((phase, pairs) -> {
            Map<Long, Long> rates = new LinkedHashMap<>();
            fill(List.copyOf(pairs.values()), capacities, rates);
            plan.phases.put(phase, rates);
            rates.forEach((key, rate) -> plan.least.merge(key, rate, Math::min));
        });
        return plan;
    }

    private static void fill(List<Pair> pairs, double[] capacities, Map<Long, Long> rates) {
        double[] free = capacities.clone();
        List<Pair> left = new ArrayList<>(pairs);
        while (!left.isEmpty()) {
            double[] growing = growing(left, capacities.length);
            double level = Double.POSITIVE_INFINITY;
            for (int i = 0; i < free.length; i++) {
                if (growing[i] > 0) {
                    level = Math.min(level, free[i] / growing[i]);
                }
            }
            boolean[] full = new boolean[free.length];
            for (int i = 0; i < free.length; i++) {
                full[i] = growing[i] > 0 && free[i] / growing[i] <= level * SAME;
            }
            for (Pair pair : left) {
                pair.stopped = crosses(pair.route, full);
                if (pair.stopped) {
                    stop(pair, level, free, rates);
                }
            }
            left.removeIf(pair -> pair.stopped);
        }
    }

    private static boolean crosses(SprayRoutes.Route route, boolean[] full) {
        for (int i = 0; i < route.count(); i++) {
            if (full[route.resource(i)]) {
                return true;
            }
        }
        return false;
    }

    /** What the pairs put on each resource for a unit of their rates. */
    private static double[] growing(List<Pair> pairs, int resources) {
        double[] growing = new double[resources];
        for (Pair pair : pairs) {
            for (int i = 0; i < pair.route.count(); i++) {
                growing[pair.route.resource(i)] += pair.bytes * pair.route.part(i);
            }
        }
        return growing;
    }

    private static void stop(Pair pair, double level, double[] free, Map<Long, Long> rates) {
        rates.put(pair.key, Math.max(RateTable.MIN_AVERAGE_RATE, (long) (pair.bytes * level)));
        for (int i = 0; i < pair.route.count(); i++) {
            int resource = pair.route.resource(i);
            double weight = pair.bytes * pair.route.part(i);
            free[resource] = Math.max(0, free[resource] - weight * level);
        }
    }

    @Override
    public Map<Long, Long> rates(int phase) {
        Map<Long, Long> rates = new LinkedHashMap<>(least);
        rates.putAll(phases.getOrDefault(phase, Map.of()));
        return rates;
    }

    /** The least rate of a pair in any phase, in bit/s on the wire; 0 if it is not expected to send. */
    long leastRate(int from, int to) {
        return least.getOrDefault(PhaseRates.key(from, to), 0L);
    }

    @Override
    public Map<Long, Long> leastRates() {
        return least;
    }
}

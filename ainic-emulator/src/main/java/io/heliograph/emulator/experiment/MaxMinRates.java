package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.transport.rate.MaxMinFair;
import io.heliograph.transport.rate.RateTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An offline calculation of rates, the simplest that is fair: within each phase pairs have max-min fair rates, in proportion to their bytes ({@link MaxMinFair}). In phases that a pair is not expected in it has the least of its rates.
 *
 * <p>It knows the expected traffic, the topology and that packets are sprayed; it knows neither how addresses hash nor when things happen, and leaves a part of each link free for acknowledgements.
 */
final class MaxMinRates implements PhaseRates {
    /** The least rate of each pair. */
    private final Map<Long, Long> least = new LinkedHashMap<>();

    private final Map<Integer, Map<Long, Long>> phases = new LinkedHashMap<>();

    private MaxMinRates() {}

    /**
     * Rates for a fabric at time 0.
     *
     * @param expected what the traffic is expected to be
     * @param headroom the part of each link that is left free, from 0 to below 1
     */
    static MaxMinRates of(Fabric fabric, List<Step> expected, double headroom) {
        SprayRoutes routes = new SprayRoutes(fabric);
        Map<Integer, Map<Long, MaxMinFair.Demand>> phases = new LinkedHashMap<>();
        for (Step step : expected) {
            if (!step.isComputation()) {
                phases.computeIfAbsent(step.phase(), phase -> new LinkedHashMap<>())
                        .merge(
                                PhaseRates.key(step.from(), step.to()),
                                routes.demand(step.from(), step.to(), (double) step.bytes()),
                                (pair, more) -> new MaxMinFair.Demand(
                                        pair.weight() + more.weight(), pair.links(), pair.parts()));
            }
        }
        double[] capacities = routes.capacities();
        for (int i = 0; i < capacities.length; i++) {
            capacities[i] *= 1 - headroom;
        }
        MaxMinRates plan = new MaxMinRates();
        phases.forEach((phase, pairs) -> {
            double[] shares = MaxMinFair.shares(List.copyOf(pairs.values()), capacities.clone());
            Map<Long, Long> rates = LinkedHashMap.newLinkedHashMap(shares.length);
            int number = 0;
            for (long pair : pairs.keySet()) {
                rates.put(pair, Math.max(RateTable.MIN_AVERAGE_RATE, (long) shares[number++]));
            }
            plan.phases.put(phase, rates);
            rates.forEach((key, rate) -> plan.least.merge(key, rate, Math::min));
        });
        return plan;
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

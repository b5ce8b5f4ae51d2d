package io.heliograph.collectives.planning.rates;

import io.heliograph.transport.rate.MaxMinFair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Max-min fair rates of flows on a fabric, in proportion to their bytes ({@link MaxMinFair}): flows that meet no bottleneck of others end together. */
public final class FairRates {
    private final FabricRoutes fabric;
    private final double headroom;

    /**
     * Rates on a fabric.
     *
     * @param headroom part of each link that stays free, from 0 to below 1
     */
    public FairRates(FabricRoutes fabric, double headroom) {
        this.fabric = fabric;
        this.headroom = headroom;
    }

    /**
     * Whole bits per second on the wire, rounded down.
     *
     * @param bytes of each flow, above 0
     * @throws IllegalArgumentException if a flow would have less than 1 bit/s
     */
    public Map<Flow, Long> of(Map<Flow, Double> bytes) {
        Map<Flow, Long> rates = of(bytes, free());
        rates.forEach((flow, rate) -> {
            if (rate < 1) {
                throw new IllegalArgumentException("rates: flow from host " + flow.from() + " to " + flow.to()
                        + " with bytes=" + bytes.get(flow) + " would have less than 1 bit/s");
            }
        });
        return rates;
    }

    /** What links carry if nobody sends: a new array, in bits per second. */
    public double[] free() {
        double[] free = new double[fabric.links()];
        for (int link = 0; link < free.length; link++) {
            free[link] = fabric.rateBitsPerSecond(link) * (1 - headroom);
        }
        return free;
    }

    /**
     * The same within what others leave; where that is nothing, rates are 0.
     *
     * @param free by link, from which the rates are taken off
     */
    public Map<Flow, Long> of(Map<Flow, Double> bytes, double[] free) {
        List<MaxMinFair.Demand> demands = new ArrayList<>(bytes.size());
        bytes.forEach((flow, weight) -> {
            FabricRoutes.Route route = fabric.route(flow);
            demands.add(new MaxMinFair.Demand(weight, route.links(), route.parts()));
        });
        double[] shares = MaxMinFair.shares(demands, free);
        Map<Flow, Long> rates = LinkedHashMap.newLinkedHashMap(shares.length);
        int number = 0;
        for (Flow flow : bytes.keySet()) {
            rates.put(flow, (long) shares[number++]);
        }
        return rates;
    }
}

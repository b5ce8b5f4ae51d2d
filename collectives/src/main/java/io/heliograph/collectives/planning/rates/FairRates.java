package io.heliograph.collectives.planning.rates;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Max-min fair rates: those of all flows grow in proportion to their bytes until a link on their way is full, then theirs stop and the others go on (progressive filling: Bertsekas and Gallager, "Data Networks", section 6.5.2, with weights). Flows that meet no bottleneck of others end together.
 */
public final class FairRates {
    /** Of equal levels, after rounding. */
    private static final double SAME = 1 + 1e-9;

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

    private record Share(Flow flow, double bytes, FabricRoutes.Route route) {}

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
        List<Share> left = new ArrayList<>();
        bytes.forEach((flow, weight) -> left.add(new Share(flow, weight, fabric.route(flow))));
        Map<Flow, Long> rates = new LinkedHashMap<>();
        while (!left.isEmpty()) {
            fill(left, free, rates);
        }
        return rates;
    }

    /** Raises all rates to where the next link is full, and takes out the flows that cross it. */
    private static void fill(List<Share> left, double[] free, Map<Flow, Long> rates) {
        double[] growing = new double[free.length];
        for (Share each : left) {
            for (int i = 0; i < each.route.links().length; i++) {
                growing[each.route.links()[i]] += each.bytes * each.route.parts()[i];
            }
        }
        double level = Double.POSITIVE_INFINITY;
        for (int link = 0; link < free.length; link++) {
            if (growing[link] > 0) {
                level = Math.min(level, free[link] / growing[link]);
            }
        }
        double highest = level * SAME;
        boolean[] full = new boolean[free.length];
        for (int link = 0; link < free.length; link++) {
            full[link] = growing[link] > 0 && free[link] / growing[link] <= highest;
        }
        double reached = level;
        left.removeIf(each -> {
            boolean stops = crosses(each.route, full);
            if (stops) {
                stop(each, reached, free, rates);
            }
            return stops;
        });
    }

    private static boolean crosses(FabricRoutes.Route route, boolean[] full) {
        for (int link : route.links()) {
            if (full[link]) {
                return true;
            }
        }
        return false;
    }

    private static void stop(Share share, double level, double[] free, Map<Flow, Long> rates) {
        rates.put(share.flow, (long) (share.bytes * level));
        for (int i = 0; i < share.route.links().length; i++) {
            int link = share.route.links()[i];
            free[link] =
                    Math.max(0, free[link] - share.bytes * level * share.route.parts()[i]);
        }
    }
}

package io.heliograph.offload.servetime;

import io.heliograph.transport.SeededRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The whole study: mixed requests in several random orders, Poisson arrivals at a link's rate, the same schedules for every accelerator.
 *
 * @param linkGbps rate at which requests' bytes arrive, in Gbit/s
 * @param orders random orders
 * @param scheduled requests of an order
 * @param measured requests of an order that must be done; those that overtake them count too
 * @param granularity elements of a vector product at least
 * @param seed of orders and arrivals
 */
public record ServeStudy(double linkGbps, int orders, int scheduled, int measured, long granularity, long seed) {

    /** As the published scripts run it, 0.06 Gbit/s. */
    public static final ServeStudy PUBLISHED = new ServeStudy(0.06, 10, 5_000, 100, 2_048, 1);

    private static final int BITS = 8;

    /** Refuses what measures nothing. */
    public ServeStudy {
        if (!(linkGbps > 0 && linkGbps < Double.POSITIVE_INFINITY)
                || orders < 1
                || measured < 1
                || scheduled < measured
                || granularity < 1) {
            throw new IllegalArgumentException("no study: linkGbps=" + linkGbps + " orders=" + orders + " scheduled="
                    + scheduled + " measured=" + measured + " granularity=" + granularity);
        }
    }

    /**
     * Serve times of one accelerator.
     *
     * @param meanNs of each network, the mean over orders of each order's mean
     * @param served requests in all
     */
    public record Served(Accelerator accelerator, Map<String, Double> meanNs, long served) {
        /** Keeps its own map. */
        public Served {
            meanNs = Map.copyOf(meanNs);
        }

        /** Of a network; not a number if no request for it was served. */
        public double meanNs(String network) {
            return meanNs.getOrDefault(network, Double.NaN);
        }
    }

    /** The same with another rate. */
    public ServeStudy withLinkGbps(double gbps) {
        return new ServeStudy(gbps, orders, scheduled, measured, granularity, seed);
    }

    /** Serves all schedules on an accelerator. */
    public Served run(Accelerator accelerator, List<ServedNetwork> networks) {
        Map<String, List<Double>> means = new TreeMap<>();
        long served = 0;
        for (int order = 0; order < orders; order++) {
            List<ServeSimulation.Arrival> schedule = schedule(networks, order);
            Map<String, List<Double>> serveNs = new ServeSimulation(accelerator, schedule, granularity).serve(measured);
            for (Map.Entry<String, List<Double>> entry : serveNs.entrySet()) {
                served += entry.getValue().size();
                means.computeIfAbsent(entry.getKey(), _ -> new ArrayList<>()).add(mean(entry.getValue()));
            }
        }
        Map<String, Double> all = new HashMap<>();
        means.forEach((network, values) -> all.put(network, mean(values)));
        return new Served(accelerator, all, served);
    }

    /** Serve times of a network alone on an idle accelerator, by accelerator. */
    public Map<String, Double> aloneNs(ServedNetwork network, List<Accelerator> accelerators) {
        Map<String, Double> alone = new LinkedHashMap<>();
        for (Accelerator accelerator : accelerators) {
            List<ServeSimulation.Arrival> one = List.of(new ServeSimulation.Arrival(network, 0));
            Map<String, List<Double>> served = new ServeSimulation(accelerator, one, granularity).serve(1);
            served.values().forEach(times -> alone.put(accelerator.name(), times.getFirst()));
        }
        return alone;
    }

    /** The order is drawn first, so that it is the same at every rate. */
    private List<ServeSimulation.Arrival> schedule(List<ServedNetwork> networks, int order) {
        SeededRandom picks = new SeededRandom(seed * 1_000_003 + order);
        SeededRandom gaps = new SeededRandom(picks.nextLong());
        List<ServeSimulation.Arrival> arrivals = new ArrayList<>();
        long now = 0;
        for (int k = 0; k < scheduled; k++) {
            ServedNetwork network = networks.get(picks.nextInt(networks.size()));
            double meanGapNs = network.inputBytes() * BITS / linkGbps;
            double uniform = ((gaps.nextLong() >>> 11) + 1) * 0x1.0p-53;
            now += Math.round(-StrictMath.log(uniform) * meanGapNs);
            arrivals.add(new ServeSimulation.Arrival(network, now));
        }
        return arrivals;
    }

    private static double mean(List<Double> values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.size();
    }
}

package io.heliograph.collectives.planning.rates;

import io.heliograph.collectives.planning.rates.RateSchedule.TimedSlot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts the slots of a schedule one behind the other. */
final class ScheduleParts {
    private final FabricRoutes fabric;
    private final List<TimedSlot> slots = new ArrayList<>();
    /** When each slot of the job sends, also those that take no time. */
    private final List<Long> momentsNs = new ArrayList<>();
    /** When its computation begins. */
    private final List<Long> startsNs = new ArrayList<>();

    private final Map<Flow, Double> whole = new LinkedHashMap<>();
    private long periodNs;

    ScheduleParts(FabricRoutes fabric) {
        this.fabric = fabric;
    }

    /**
     * The next slot of the job.
     *
     * @param quietNs how much of its computation comes before anybody sends: a part by itself, which is there for what is late
     * @param payload of each flow
     */
    void add(
            String label, long quietNs, long computeNs, long sendNs, Map<Flow, Long> rates, Map<Flow, Double> payload) {
        moment(periodNs, periodNs + (sendNs > 0 ? computeNs : 0));
        long aloneNs = sendNs > 0 ? quietNs : 0;
        addPart(label, aloneNs, 0, Map.of(), Map.of());
        addPart(label, computeNs - aloneNs, sendNs, rates, payload);
    }

    /** A part of a slot. */
    void addPart(String label, long computeNs, long sendNs, Map<Flow, Long> rates, Map<Flow, Double> payload) {
        if (computeNs + sendNs > 0) {
            payload.forEach((flow, bytes) -> whole.merge(flow, bytes, Double::sum));
            slots.add(new TimedSlot(label, periodNs, computeNs, sendNs, rates, load(payload)));
            periodNs += computeNs + sendNs;
        }
    }

    /** When the computation of the job's next slot begins, and when it sends. */
    void moment(long startNs, long sendsNs) {
        startsNs.add(startNs);
        momentsNs.add(sendsNs);
    }

    /** How long all of them take so far. */
    long periodNs() {
        return periodNs;
    }

    private Map<Integer, Double> load(Map<Flow, Double> payload) {
        double[] sums = new double[fabric.links()];
        payload.forEach((flow, bytes) -> {
            FabricRoutes.Route route = fabric.route(flow);
            for (int i = 0; i < route.links().length; i++) {
                sums[route.links()[i]] += Wire.bytes(bytes) * route.parts()[i];
            }
        });
        Map<Integer, Double> load = new LinkedHashMap<>();
        for (int link = 0; link < sums.length; link++) {
            if (sums[link] > 0) {
                load.put(link, sums[link]);
            }
        }
        return load;
    }

    RateSchedule schedule(SlotNumbers numbers) {
        RateSchedule.Moments moments = new RateSchedule.Moments(array(startsNs), array(momentsNs), numbers);
        return new RateSchedule(fabric, slots, moments, whole, "");
    }

    private static long[] array(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}

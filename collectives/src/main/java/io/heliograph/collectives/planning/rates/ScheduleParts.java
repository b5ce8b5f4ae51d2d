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

    private long periodNs;

    ScheduleParts(FabricRoutes fabric) {
        this.fabric = fabric;
    }

    /**
     * The next slot of the job.
     *
     * @param payload of each flow
     */
    void add(String label, long computeNs, long sendNs, Map<Flow, Long> rates, Map<Flow, Double> payload) {
        moment(periodNs + (sendNs > 0 ? computeNs : 0));
        addPart(label, computeNs, sendNs, rates, payload);
    }

    /** A part of a slot. */
    void addPart(String label, long computeNs, long sendNs, Map<Flow, Long> rates, Map<Flow, Double> payload) {
        if (computeNs + sendNs > 0) {
            slots.add(new TimedSlot(label, periodNs, computeNs, sendNs, rates, load(payload)));
            periodNs += computeNs + sendNs;
        }
    }

    /** When the job's next slot sends. */
    void moment(long ns) {
        momentsNs.add(ns);
    }

    /** How long all of them take so far. */
    long periodNs() {
        return periodNs;
    }

    private Map<Integer, Double> load(Map<Flow, Double> payload) {
        Map<Integer, Double> load = new LinkedHashMap<>();
        payload.forEach((flow, bytes) -> {
            FabricRoutes.Route route = fabric.route(flow);
            for (int i = 0; i < route.links().length; i++) {
                load.merge(route.links()[i], Wire.bytes(bytes) * route.parts()[i], Double::sum);
            }
        });
        return load;
    }

    RateSchedule schedule(SlotNumbers numbers) {
        return new RateSchedule(
                fabric, slots, momentsNs.stream().mapToLong(Long::longValue).toArray(), numbers, periodNs, "");
    }
}

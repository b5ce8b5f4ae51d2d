package io.heliograph.collectives.planning.rates;

import io.heliograph.collectives.planning.job.Job;
import java.util.Map;

/**
 * Max-min fair rates in each slot by itself, one slot after another. What ranks compute while a message is under way shortens the computation of the slot behind it; several such messages of one slot each hide the computation in front of the next.
 */
final class FairPlan {
    /** Shorter phases would be too little of an iteration for a table to say. */
    private static final double LEAST_SEND_NS = 2_000;

    private final FabricRoutes fabric;
    private final Margins margins;
    private final FairRates fair;
    private final ScheduleParts parts;
    /** Computation that the messages before hide. */
    private double hiddenNs;

    private FairPlan(FabricRoutes fabric, Margins margins) {
        this.fabric = fabric;
        this.margins = margins;
        fair = new FairRates(fabric, margins.headroom());
        parts = new ScheduleParts(fabric);
    }

    static RateSchedule of(Job job, FabricRoutes fabric, Margins margins) {
        JobSlots slots = new JobSlots(job);
        FairPlan plan = new FairPlan(fabric, margins);
        slots.slots().forEach(plan::add);
        return plan.parts.schedule(slots.numbers());
    }

    private void add(Slot slot) {
        Map<Flow, Long> rates = fair.of(slot.bytes());
        double sendNs = slot.bytes().isEmpty() ? 0 : LEAST_SEND_NS;
        for (Map.Entry<Flow, Double> each : slot.bytes().entrySet()) {
            double wireBytes = Wire.bytes(each.getValue());
            sendNs = Math.max(sendNs, Wire.ns(wireBytes, rates.getOrDefault(each.getKey(), 1L)));
        }
        sendNs = (sendNs + slot.latencyNs(fabric)) * (1 + margins.slack());
        long wholeNs = (long) Math.ceil(sendNs);
        parts.add(slot.label(), computeNs(slot, wholeNs), wholeNs, rates, slot.bytes());
    }

    /** What is left of a slot's computation when messages hide the rest. */
    private long computeNs(Slot slot, long sendNs) {
        long messages = slot.shape().messages();
        double eachNs = (double) slot.computeNs() / messages;
        double eachSendNs = (double) sendNs / messages;
        boolean overlaps = slot.shape().overlap() != Slot.Overlap.NONE;
        double shownNs = Math.max(0, eachNs - hiddenNs);
        double behindNs = overlaps ? Math.max(0, eachNs - eachSendNs) : eachNs;
        if (!slot.bytes().isEmpty()) {
            hiddenNs = overlaps ? eachSendNs : 0;
        } else {
            hiddenNs = Math.max(0, hiddenNs - eachNs);
        }
        return (long) Math.ceil(shownNs + (messages - 1) * behindNs);
    }
}

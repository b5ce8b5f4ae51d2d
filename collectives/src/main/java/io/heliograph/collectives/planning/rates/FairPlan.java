package io.heliograph.collectives.planning.rates;

import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.recorded.RecordedJob;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
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
        return of(slots.slots(), slots.numbers(), fabric, margins);
    }

    private static RateSchedule of(List<Slot> slots, SlotNumbers numbers, FabricRoutes fabric, Margins margins) {
        FairPlan plan = new FairPlan(fabric, margins);
        slots.forEach(plan::add);
        return plan.parts.schedule(numbers);
    }

    static RateSchedule of(RecordedJob job, FabricRoutes fabric, Margins margins) {
        for (int host : job.hosts()) {
            checkHost(host, fabric);
        }
        RecordedSlots slots = new RecordedSlots(job);
        if (slots.slots().stream().allMatch(slot -> slot.bytes().isEmpty())) {
            throw new IllegalArgumentException("nothing is sent from one host to another");
        }
        return of(slots.slots(), slots.numbers(), fabric, margins).withNote(slots.note());
    }

    /** Phases without computation, each with one message of a flow; the messages of a phase have its number as their place. */
    static RateSchedule ofPhases(List<Map<Flow, Double>> phases, FabricRoutes fabric, Margins margins) {
        List<Slot> slots = new ArrayList<>();
        for (Map<Flow, Double> phase : phases) {
            double most = 0;
            for (Map.Entry<Flow, Double> each : phase.entrySet()) {
                checkHost(each.getKey().from(), fabric);
                checkHost(each.getKey().to(), fabric);
                most = Math.max(most, each.getValue());
            }
            int rounds = phase.isEmpty() ? 0 : 1;
            Slot.Shape shape = new Slot.Shape(1, rounds, most, Slot.Overlap.NONE);
            slots.add(new Slot("phase, number " + slots.size(), 0, phase, shape));
        }
        if (phases.stream().allMatch(Map::isEmpty)) {
            throw new IllegalArgumentException("nothing is sent: no phase has a flow");
        }
        int[] numbers = new int[slots.size()];
        Arrays.setAll(numbers, number -> number);
        return of(slots, new SlotNumbers(numbers, Map.of()), fabric, margins);
    }

    private static void checkHost(int host, FabricRoutes fabric) {
        if (host >= fabric.hosts()) {
            throw new IllegalArgumentException(
                    "host=" + host + " is needed; the fabric has " + fabric.hosts() + " hosts, from 0 on");
        }
    }

    private void add(Slot slot) {
        Map<Flow, Long> rates = fair.of(weights(slot));
        double sendNs = slot.bytes().isEmpty() ? 0 : LEAST_SEND_NS;
        Map<Integer, Double> serialNs = new HashMap<>();
        for (Map.Entry<Flow, Double> each : slot.bytes().entrySet()) {
            double wireBytes = Wire.bytes(each.getValue());
            double ns = Wire.ns(wireBytes, rates.getOrDefault(each.getKey(), 1L).doubleValue());
            // Flows of a host wait for each other if they are not there together.
            double untilNs =
                    slot.shape().isSerial() ? serialNs.merge(each.getKey().from(), ns, Double::sum) : ns;
            sendNs = Math.max(sendNs, untilNs);
        }
        sendNs = (sendNs + slot.latencyNs(fabric)) * (1 + margins.slack());
        long wholeNs = (long) Math.ceil(sendNs);
        Computation computation = computation(slot, wholeNs);
        parts.add(slot.label(), computation.quietNs(), computation.wholeNs(), wholeNs, rates, slot.bytes());
    }

    /** In proportion to bytes flows end together; in proportion to the roots of bytes those that follow each other end first, all of them (Kleinrock, "Communication Nets", 1964). */
    private static Map<Flow, Double> weights(Slot slot) {
        if (!slot.shape().isSerial()) {
            return slot.bytes();
        }
        Map<Flow, Double> roots = new LinkedHashMap<>();
        slot.bytes().forEach((flow, bytes) -> roots.put(flow, Math.sqrt(bytes)));
        return roots;
    }

    /**
     * What is left of a slot's computation when messages hide the rest.
     *
     * @param quietNs of it in front of the first message, while nobody of the slot sends
     * @param wholeNs all of it
     */
    private record Computation(long quietNs, long wholeNs) {}

    private Computation computation(Slot slot, long sendNs) {
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
        long wholeNs = (long) Math.ceil(shownNs + (messages - 1) * behindNs);
        // Where it is not known what comes when, somebody may send at any time; what is hidden is so by others'
        // messages.
        return new Computation(slot.shape().isSerial() ? 0 : (long) shownNs, wholeNs);
    }
}

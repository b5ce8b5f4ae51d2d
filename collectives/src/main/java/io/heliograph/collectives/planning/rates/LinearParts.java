package io.heliograph.collectives.planning.rates;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A job as a linear program sees it: parts of time one after another, and demands that may be sent in some of them.
 *
 * <p>Each slot of k messages has three parts: computation in front of the first message; computation in front of the others, in which messages that overlap are sent as they come, all but the last; and a part without computation, which takes as long as it must. What overlaps may be sent until the computation
 * in front of the next message is over; gradients until the passes are.
 */
final class LinearParts {
    /** Parts of a slot. */
    static final int OF_A_SLOT = 3;

    private final List<Slot> slots;
    private final int passSlots;
    private final FabricRoutes fabric;
    private final List<LinearDemand> demands = new ArrayList<>();
    /** What is sent until the step, by its flows: one demand for all of a group's gradients. */
    private final Map<Set<Flow>, List<Integer>> untilStep = new LinkedHashMap<>();

    /**
     * Of a job's slots.
     *
     * @param passSlots how many of them, from the first on, are of forward and backward passes
     */
    LinearParts(List<Slot> slots, int passSlots, FabricRoutes fabric) {
        this.slots = slots;
        this.passSlots = passSlots;
        this.fabric = fabric;
        for (int slot = 0; slot < slots.size(); slot++) {
            if (!slots.get(slot).bytes().isEmpty()) {
                switch (slots.get(slot).shape().overlap()) {
                    case NONE -> addBlocking(slot);
                    case NEXT -> addNext(slot);
                    case STEP ->
                        untilStep
                                .computeIfAbsent(slots.get(slot).bytes().keySet(), key -> new ArrayList<>())
                                .add(slot);
                }
            }
        }
        untilStep.values().forEach(this::addUntilStep);
    }

    int count() {
        return slots.size() * OF_A_SLOT;
    }

    List<LinearDemand> demands() {
        return demands;
    }

    Slot slot(int part) {
        return slots.get(part / OF_A_SLOT);
    }

    /** Whether a part takes as long as sending does, and no computation is in it. */
    static boolean isFree(int part) {
        return part % OF_A_SLOT == 2;
    }

    /** Whether messages that ranks wait for alternate with the computation of a part: nothing else is sent in it, and they have the rates of the free part behind it. */
    boolean alternates(int part) {
        Slot slot = slot(part);
        return part % OF_A_SLOT == 1
                && slot.shape().overlap() == Slot.Overlap.NONE
                && !slot.bytes().isEmpty();
    }

    /** How long a part takes that is not free. */
    long fixedNs(int part) {
        Slot slot = slot(part);
        long firstNs = slot.computeNs() / slot.shape().messages();
        return part % OF_A_SLOT == 0 ? firstNs : slot.computeNs() - firstNs;
    }

    private static double allButLast(Slot slot) {
        return (slot.shape().messages() - 1.0) / slot.shape().messages();
    }

    private void addBlocking(int number) {
        Slot slot = slots.get(number);
        int part = number * OF_A_SLOT + 2;
        demands.add(new LinearDemand(slot.bytes(), slot.latencyNs(fabric), part, new double[] {1}, part, 1));
    }

    private void addNext(int number) {
        Slot slot = slots.get(number);
        int first = number * OF_A_SLOT + 1;
        int last = first + 1;
        boolean goesOn = true;
        for (int next = number + 1; goesOn && next < slots.size(); next++) {
            last = next * OF_A_SLOT;
            goesOn = slots.get(next).bytes().isEmpty();
        }
        double[] released = new double[last - first + 1];
        Arrays.fill(released, 1);
        released[0] = allButLast(slot);
        demands.add(
                new LinearDemand(slot.bytes(), slot.latencyNs(fabric), first, released, first + 1, allButLast(slot)));
    }

    private void addUntilStep(List<Integer> numbers) {
        int first = numbers.getFirst() * OF_A_SLOT + 1;
        int last = passSlots * OF_A_SLOT - 1;
        double[] released = new double[last - first + 1];
        Map<Flow, Double> bytes = new LinkedHashMap<>();
        double latencyNs = 0;
        double whole = 0;
        for (int number : numbers) {
            Slot slot = slots.get(number);
            slot.bytes().forEach((flow, more) -> bytes.merge(flow, more, Double::sum));
            // While one waits others send: what counts is the last.
            latencyNs = slot.latencyNs(fabric);
            // The slots have the same flows in proportion: one stands for all.
            double each = slot.bytes().values().iterator().next();
            int place = number * OF_A_SLOT + 1 - first;
            released[place] += each * allButLast(slot);
            released[place + 1] += each * (1 - allButLast(slot));
            whole += each;
        }
        double sum = 0;
        for (int i = 0; i < released.length; i++) {
            sum += released[i];
            released[i] = Math.min(1, sum / whole);
        }
        released[released.length - 1] = 1;
        demands.add(new LinearDemand(bytes, latencyNs, first, released, last, 1));
    }
}

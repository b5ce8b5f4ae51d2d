package io.heliograph.collectives.planning.rates;

import io.heliograph.collectives.planning.rates.RateSchedule.TimedSlot;
import io.heliograph.transport.rate.Phase;
import io.heliograph.transport.rate.RateTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rates of flows in their slots and, outside of them, what slots leave ({@link Late#SPARE}): in each slot the flows that are not of it share what its own do not take, in proportion to the rates of their last slots and up to these. No link becomes fuller than slots make the fullest.
 */
final class SpareRates {
    /** More changes between two slots of a flow are not worth their phases: from there on it has the least of them. */
    private static final int MOST_CHANGES = 16;
    /** How often what is left is shared. */
    private static final int PASSES = 3;
    /** Bits per second that are as good as nothing. */
    private static final double LEAST = 1000;
    /** Rounded sums stay below what links have. */
    private static final double BELOW = 1 - 1e-8;

    private final FabricRoutes fabric;
    /** Of each flow in any slot; what is below its part of this is none. */
    private final Map<Flow, Long> greatest;

    private final long trickle;
    /** What each flow's last slot gave it. */
    private final Map<Flow, Long> kept = new LinkedHashMap<>();

    private final Map<Flow, Parts> parts = new LinkedHashMap<>();

    /** Rates of a flow, each until the next. */
    private static final class Parts {
        final List<Phase> phases = new ArrayList<>();
        /** Which of them are of its slots. */
        final List<Boolean> planned = new ArrayList<>();
        /** How many at the end are not. */
        int between;

        void add(long startNs, long rate, boolean isPlanned) {
            boolean isFirst = phases.isEmpty();
            boolean isSame = !isFirst && planned.getLast() == isPlanned;
            if (isSame && phases.getLast().rateBitsPerSecond() == rate) {
                return;
            }
            if (isSame && !isPlanned && between >= MOST_CHANGES) {
                Phase last = phases.removeLast();
                phases.add(new Phase(last.startNs(), Math.min(last.rateBitsPerSecond(), rate)));
                return;
            }
            phases.add(new Phase(startNs, rate));
            planned.add(isPlanned);
            between = isPlanned ? 0 : between + 1;
        }

        /** Between two slots the least rate that it has there, if there are more phases than a table can say. */
        List<Phase> fitting() {
            List<Phase> joined = joined(phases);
            if (joined.size() <= RateTable.MAX_PHASES) {
                return joined;
            }
            List<Phase> fewer = new ArrayList<>();
            for (int i = 0; i < phases.size(); i++) {
                Phase phase = phases.get(i);
                if (i > 0 && !planned.get(i) && !planned.get(i - 1)) {
                    Phase last = fewer.removeLast();
                    phase = new Phase(last.startNs(), Math.min(last.rateBitsPerSecond(), phase.rateBitsPerSecond()));
                }
                fewer.add(phase);
            }
            List<Phase> least = joined(fewer);
            if (least.size() > RateTable.MAX_PHASES && !planned.getFirst()) {
                // Silence in front of the first goes without saying.
                least.removeFirst();
            }
            return least;
        }

        private static List<Phase> joined(List<Phase> phases) {
            List<Phase> joined = new ArrayList<>();
            for (Phase phase : phases) {
                if (joined.isEmpty() || joined.getLast().rateBitsPerSecond() != phase.rateBitsPerSecond()) {
                    joined.add(phase);
                }
            }
            return joined;
        }
    }

    private SpareRates(FabricRoutes fabric, Map<Flow, Long> greatest, long trickle) {
        this.fabric = fabric;
        this.greatest = greatest;
        this.trickle = trickle;
    }

    /**
     * The phases of each flow.
     *
     * @param greatest rate of each flow in any slot
     * @param trickle which part of that counts as nothing
     */
    static Map<Flow, List<Phase>> of(
            FabricRoutes fabric, List<TimedSlot> slots, Map<Flow, Long> greatest, long trickle) {
        SpareRates rates = new SpareRates(fabric, greatest, trickle);
        // What is late when an iteration begins is of the last slots of the one before.
        slots.forEach(rates::keep);
        double fullest = fullest(fabric, slots);
        slots.forEach(slot -> rates.add(slot, fullest));
        Map<Flow, List<Phase>> phases = new LinkedHashMap<>();
        rates.parts.forEach((flow, each) -> phases.put(flow, each.fitting()));
        return phases;
    }

    private boolean isTrickle(Flow flow, long rate) {
        return rate < Math.max(1, greatest.getOrDefault(flow, 0L) / trickle);
    }

    private void keep(TimedSlot slot) {
        slot.rates().forEach((flow, rate) -> {
            if (!isTrickle(flow, rate)) {
                kept.put(flow, rate);
            }
        });
    }

    /** Which part of the fullest link slots take. */
    static double fullest(FabricRoutes fabric, List<TimedSlot> slots) {
        double fullest = 0;
        double[] sums = new double[fabric.links()];
        for (TimedSlot slot : slots) {
            Arrays.fill(sums, 0);
            slot.rates().forEach((flow, rate) -> add(fabric.route(flow), rate.doubleValue(), sums));
            for (int link = 0; link < sums.length; link++) {
                fullest = Math.max(fullest, sums[link] / fabric.rateBitsPerSecond(link));
            }
        }
        return fullest;
    }

    private static void add(FabricRoutes.Route route, double rate, double[] sums) {
        for (int i = 0; i < route.links().length; i++) {
            sums[route.links()[i]] += rate * route.parts()[i];
        }
    }

    private void add(TimedSlot slot, double fullest) {
        keep(slot);
        double[] taken = new double[fabric.links()];
        List<Flow> late = new ArrayList<>();
        kept.forEach((flow, rate) -> {
            if (isTrickle(flow, slot.rates().getOrDefault(flow, 0L))) {
                late.add(flow);
            } else {
                parts.computeIfAbsent(flow, key -> new Parts()).add(slot.startNs(), rate, true);
                add(fabric.route(flow), rate.doubleValue(), taken);
            }
        });
        double[] shares = shares(late, taken, fullest);
        for (int i = 0; i < shares.length; i++) {
            Flow flow = late.get(i);
            long rate = (long) (shares[i] * BELOW);
            parts.computeIfAbsent(flow, key -> new Parts())
                    .add(slot.startNs(), isTrickle(flow, rate) ? 0 : rate, false);
        }
    }

    /** In proportion to kept rates as far as the fullest link of each lets it be; what others could not use is shared again, until little is left. */
    private double[] shares(List<Flow> late, double[] taken, double fullest) {
        double[] left = new double[taken.length];
        for (int link = 0; link < left.length; link++) {
            left[link] = Math.max(0, fabric.rateBitsPerSecond(link) * fullest - taken[link]);
        }
        double[] shares = new double[late.size()];
        double[] more = new double[shares.length];
        double[] wanted = new double[left.length];
        for (int pass = 0; pass < PASSES; pass++) {
            Arrays.fill(wanted, 0);
            for (int i = 0; i < shares.length; i++) {
                FabricRoutes.Route route = fabric.route(late.get(i));
                if (isFree(route, left)) {
                    add(route, wants(late.get(i), shares[i]), wanted);
                }
            }
            for (int link = 0; link < left.length; link++) {
                // From here on which part of what is wanted fits.
                wanted[link] = left[link] < LEAST ? 0 : Math.min(1, left[link] / Math.max(1, wanted[link]));
            }
            for (int i = 0; i < shares.length; i++) {
                double part = 1;
                for (int link : fabric.route(late.get(i)).links()) {
                    part = Math.min(part, wanted[link]);
                }
                more[i] = part * wants(late.get(i), shares[i]);
            }
            for (int i = 0; i < shares.length; i++) {
                shares[i] += more[i];
                add(fabric.route(late.get(i)), -more[i], left);
            }
        }
        return shares;
    }

    /** Whether all links of a way have something left: who wants what is not there is in nobody's way. */
    private static boolean isFree(FabricRoutes.Route route, double[] left) {
        for (int link : route.links()) {
            if (left[link] < LEAST) {
                return false;
            }
        }
        return true;
    }

    private double wants(Flow flow, double has) {
        return kept.getOrDefault(flow, 0L).doubleValue() - has;
    }
}

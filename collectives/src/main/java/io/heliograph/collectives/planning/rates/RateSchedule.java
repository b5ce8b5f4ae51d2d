package io.heliograph.collectives.planning.rates;

import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.recorded.RecordedJob;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.rate.Phase;
import io.heliograph.transport.rate.RateTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** An iteration as a plan foresees it: slots one after another, with the rates of flows in each, again and again. Immutable. */
public final class RateSchedule {
    /** Which part of a flow's greatest rate is a trickle, {@link Late#KEEP} and {@link Late#SPARE}. */
    private static final long TRICKLE = 20;

    private final FabricRoutes fabric;
    private final List<TimedSlot> slots;
    private final Moments moments;
    private final long periodNs;
    private final Map<Flow, Double> payload;
    private final String note;
    private final double[] loadBytes;

    /**
     * A slot with its time.
     *
     * @param label what it is about
     * @param startNs after the beginning of the iteration
     * @param computeNs how long ranks compute in it
     * @param sendNs how long it takes besides, until the last flow has sent its bytes
     * @param rates of each flow in bits per second on the wire, while the slot lasts
     * @param loadBytes on the wire of each link that has any
     */
    public record TimedSlot(
            String label,
            long startNs,
            long computeNs,
            long sendNs,
            Map<Flow, Long> rates,
            Map<Integer, Double> loadBytes) {
        /** How long it lasts. */
        public long durationNs() {
            return computeNs + sendNs;
        }

        /** Operation and group, or what else it is about, without what tells it from others of the kind. */
        public String kind() {
            int comma = label.indexOf(',');
            return comma < 0 ? label : label.substring(0, comma);
        }

        /** When flows begin, if ranks compute first and send then. */
        public long busyFromNs() {
            return startNs + (sendNs > 0 ? computeNs : 0);
        }
    }

    /**
     * When the slots of the messages are.
     *
     * @param startsNs when ranks begin to compute what is in front of a slot's first message
     * @param sendsNs when that may be sent
     * @param numbers of the slots of messages
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Moments(long[] startsNs, long[] sendsNs, SlotNumbers numbers) {
        /** Of a schedule that knows no slots of messages. */
        static final Moments NONE = new Moments(new long[1], new long[1], new SlotNumbers(new int[0], Map.of()));
    }

    RateSchedule(FabricRoutes fabric, List<TimedSlot> slots, Moments moments, Map<Flow, Double> payload, String note) {
        periodNs = slots.isEmpty()
                ? 0
                : slots.getLast().startNs() + slots.getLast().durationNs();
        if (periodNs < 1 || periodNs > RateTable.MAX_PERIOD_NS) {
            throw new IllegalArgumentException(
                    "an iteration takes " + periodNs + " ns; from 1 to " + RateTable.MAX_PERIOD_NS + " is possible");
        }
        this.fabric = fabric;
        this.slots = List.copyOf(slots);
        this.moments = moments;
        this.payload = payload;
        this.note = note;
        loadBytes = new double[fabric.links()];
        for (TimedSlot slot : slots) {
            slot.loadBytes().forEach((link, bytes) -> loadBytes[link] += bytes);
        }
    }

    /**
     * Computes a schedule of max-min fair rates in each slot.
     *
     * @param margins what is not used
     * @throws IllegalArgumentException if the job has more hosts than the fabric, hosts have no way to each other, or an iteration takes longer than a table can say
     */
    public static RateSchedule of(Job job, FabricRoutes fabric, Margins margins) {
        checkHosts(job, fabric);
        return FairPlan.of(job, fabric, margins);
    }

    /**
     * Computes max-min fair rates of what was recorded: by slots where ranks are in step, and as one slot otherwise, which {@link #note} says. {@link #passNs} is of the place of a node then.
     *
     * @param margins what is not used
     * @throws IllegalArgumentException if a rank is at a host that the fabric has not, hosts have no way to each other, nothing is sent, an operation's flows are not known, or an iteration takes longer than a table can say
     */
    public static RateSchedule of(RecordedJob job, FabricRoutes fabric, Margins margins) {
        return FairPlan.of(job, fabric, margins);
    }

    /**
     * Computes max-min fair rates of phases one after another, each a slot.
     *
     * @param phases payload of each flow, above 0
     * @param margins what is not used
     * @throws IllegalArgumentException if a flow is of a host that the fabric has not, hosts have no way to each other, nothing is sent, or all phases take longer than a table can say
     */
    public static RateSchedule ofPhases(List<Map<Flow, Double>> phases, FabricRoutes fabric, Margins margins) {
        return FairPlan.ofPhases(phases, fabric, margins);
    }

    /**
     * A schedule that was computed elsewhere, which knows no slots of messages.
     *
     * @param slots one behind the other, from 0 on
     * @param payload of each flow in all of them, in bytes
     * @throws IllegalArgumentException if an iteration takes longer than a table can say
     */
    public static RateSchedule ofParts(FabricRoutes fabric, List<TimedSlot> slots, Map<Flow, Double> payload) {
        return new RateSchedule(fabric, slots, Moments.NONE, payload, "");
    }

    /**
     * Computes the schedule of the least iteration that linear programming finds, with the same arguments and errors. What overlaps with computation is sent in it; where nothing overlaps it takes as long as {@link #of}'s. A program that is too large is not solved: {@link #note} says so.
     */
    public static RateSchedule ofLeastTime(Job job, FabricRoutes fabric, Margins margins) {
        checkHosts(job, fabric);
        return LinearPlan.of(job, fabric, margins);
    }

    /** The same with another {@link #note}. */
    public RateSchedule withNote(String value) {
        return new RateSchedule(fabric, slots, moments, payload, value);
    }

    /** What is to be said of how it was computed; empty if nothing. */
    public String note() {
        return note;
    }

    private static void checkHosts(Job job, FabricRoutes fabric) {
        if (job.placement().hosts() > fabric.hosts()) {
            throw new IllegalArgumentException("the job is placed on hosts 0 to "
                    + (job.placement().hosts() - 1) + ", the fabric has " + fabric.hosts());
        }
    }

    /** The slots, in their order. */
    public List<TimedSlot> slots() {
        return slots;
    }

    /** Payload of each flow in an iteration, in bytes. */
    public Map<Flow, Double> payloadBytes() {
        return Collections.unmodifiableMap(payload);
    }

    /** How long an iteration is foreseen to take. */
    public long periodNs() {
        return periodNs;
    }

    /**
     * When the slot of a message of the passes begins to send, after the beginning of the iteration.
     *
     * @param place in the passes of its rank, {@link io.heliograph.collectives.planning.job.TimedMessages}
     * @param rotation of an all-to-all, from 0 on
     */
    public long passNs(int place, int rotation) {
        return moments.sendsNs()[moments.numbers().ofPasses(place, rotation)];
    }

    /** The same of a message behind the passes, by its cause; of the optimiser's step if that is {@code step}. */
    public long stepNs(String cause) {
        return moments.sendsNs()[moments.numbers().ofStep(cause)];
    }

    /** When ranks begin to compute what is in front of a message of the passes, as {@link #passNs}. */
    public long passComputationNs(int place) {
        return moments.startsNs()[moments.numbers().ofPasses(place, 0)];
    }

    /** Which part of what a link could carry in an iteration it does, from 0 to 1. */
    public double utilisation(int link) {
        return Wire.ns(loadBytes[link], (double) fabric.rateBitsPerSecond(link)) / periodNs;
    }

    /** The same from one moment to another; flows of a slot are taken to send evenly while ranks do not compute. */
    public double utilisation(int link, double fromNs, double toNs) {
        double bytes = 0;
        for (TimedSlot slot : slots) {
            double from = slot.busyFromNs();
            double to = slot.startNs() + slot.durationNs();
            double shared = Math.min(to, toNs) - Math.max(from, fromNs);
            if (shared > 0) {
                bytes += slot.loadBytes().getOrDefault(link, 0.0) * shared / (to - from);
            }
        }
        return Wire.ns(bytes, (double) fabric.rateBitsPerSecond(link)) / (toNs - fromNs);
    }

    /** Which part of the fullest link the flows of any slot take, if each sends in its slots alone: 1 if it is full. */
    public double fullest() {
        return SpareRates.fullest(fabric, slots);
    }

    /**
     * The table that endpoints load. Flows that it does not list have the least rate that a table can give them.
     *
     * @param late what is outside of a flow's slots
     * @param lineRateBitsPerSecond of the hosts' ports
     * @param addresses of hosts by their number
     * @throws IllegalArgumentException if a flow would be slower on average than a table can say
     */
    public RateTable table(Late late, long lineRateBitsPerSecond, IntFunction<IpAddress> addresses) {
        Map<Flow, List<Phase>> phases = phases(late);
        RateTable.Builder table = RateTable.builder(lineRateBitsPerSecond).otherFlows(RateTable.MIN_AVERAGE_RATE);
        phases.forEach(
                (flow, of) -> table.flow(addresses.apply(flow.from()), addresses.apply(flow.to()), 0, periodNs, of));
        return table.build();
    }

    private Map<Flow, List<Phase>> phases(Late late) {
        Map<Flow, Long> greatest = new HashMap<>();
        slots.forEach(slot -> slot.rates().forEach((flow, rate) -> greatest.merge(flow, rate, Math::max)));
        if (late == Late.SPARE) {
            return SpareRates.of(fabric, slots, greatest, TRICKLE);
        }
        Map<Flow, List<Phase>> phases = new LinkedHashMap<>();
        for (TimedSlot slot : slots) {
            long endNs = slot.startNs() + slot.durationNs();
            slot.rates().forEach((flow, rate) -> {
                if (late == Late.KEEP && rate < greatest.getOrDefault(flow, 0L) / TRICKLE) {
                    return;
                }
                List<Phase> of = phases.computeIfAbsent(flow, key -> new ArrayList<>());
                if (!of.isEmpty() && of.getLast().startNs() == slot.startNs()) {
                    // Its silence would begin where it goes on.
                    of.removeLast();
                }
                if (of.isEmpty() || of.getLast().rateBitsPerSecond() != rate) {
                    of.add(new Phase(slot.startNs(), rate));
                }
                if (endNs < periodNs && late == Late.WAIT) {
                    of.add(new Phase(endNs, 0));
                }
            });
        }
        if (late == Late.KEEP) {
            phases.values().forEach(RateSchedule::beginWithLast);
        }
        return phases;
    }

    /** In front of a flow's first slot is what was behind its last, in the iteration before. */
    private static void beginWithLast(List<Phase> phases) {
        long rate = phases.getLast().rateBitsPerSecond();
        if (phases.getFirst().startNs() > 0) {
            if (phases.getFirst().rateBitsPerSecond() == rate) {
                phases.removeFirst();
            }
            phases.addFirst(new Phase(0, rate));
        }
    }

    /** The most phases that a flow has in a table, of which {@link RateTable#MAX_PHASES} are possible. */
    public int mostPhases() {
        return phases(Late.WAIT).values().stream().mapToInt(List::size).max().orElse(0);
    }
}

package io.heliograph.collectives.planning.rates;

import io.heliograph.collectives.planning.job.Job;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.rate.Phase;
import io.heliograph.transport.rate.RateTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** An iteration as a plan foresees it: slots one after another, with max-min fair rates in each, again and again. Immutable. */
public final class RateSchedule {
    /** Payload of a full packet. */
    private static final int PAYLOAD_BYTES = 4096;
    /** Ethernet 14, IPv4 20, UDP 8, BTH 12, AINIC 8, RDETH 4, DETH 8, RETH 16, ICRC 4; 24 that the line adds (WireBytes). */
    private static final int HEADER_BYTES = 118;

    private static final double WIRE = (double) (PAYLOAD_BYTES + HEADER_BYTES) / PAYLOAD_BYTES;
    private static final double BITS_NS = 8e9;
    /** Even one byte takes a way through the fabric; and shorter phases would be too little of an iteration for a table to say. */
    private static final double LEAST_SEND_NS = 2_000;

    private final FabricRoutes fabric;
    private final List<TimedSlot> slots = new ArrayList<>();
    private final double[] loadBytes;
    private long periodNs;

    /**
     * A slot with its time.
     *
     * @param label what it is about
     * @param startNs after the beginning of the iteration
     * @param computeNs how long ranks compute in it
     * @param sendNs how long it takes besides, until the last flow has sent its bytes
     * @param rates of each flow in bits per second on the wire, while the slot lasts
     */
    public record TimedSlot(String label, long startNs, long computeNs, long sendNs, Map<Flow, Long> rates) {
        /** How long it lasts. */
        public long durationNs() {
            return computeNs + sendNs;
        }
    }

    private RateSchedule(FabricRoutes fabric) {
        this.fabric = fabric;
        loadBytes = new double[fabric.links()];
    }

    /**
     * Computes a schedule.
     *
     * @param headroom part of each link that stays free for acknowledgements, from 0 to below 1
     * @throws IllegalArgumentException if the job has more hosts than the fabric, hosts have no way to each other, or an iteration takes longer than a table can say
     */
    public static RateSchedule of(Job job, FabricRoutes fabric, double headroom) {
        if (job.placement().hosts() > fabric.hosts()) {
            throw new IllegalArgumentException("the job is placed on hosts 0 to "
                    + (job.placement().hosts() - 1) + ", the fabric has " + fabric.hosts());
        }
        RateSchedule schedule = new RateSchedule(fabric);
        FairRates fair = new FairRates(fabric, headroom);
        for (Slot slot : JobSlots.of(job)) {
            schedule.add(slot, fair);
        }
        if (schedule.periodNs < 1 || schedule.periodNs > RateTable.MAX_PERIOD_NS) {
            throw new IllegalArgumentException("an iteration takes " + schedule.periodNs + " ns; from 1 to "
                    + RateTable.MAX_PERIOD_NS + " is possible");
        }
        return schedule;
    }

    private void add(Slot slot, FairRates fair) {
        Map<Flow, Long> rates = fair.of(slot.bytes());
        double sendNs = slot.bytes().isEmpty() ? 0 : LEAST_SEND_NS;
        for (Map.Entry<Flow, Double> each : slot.bytes().entrySet()) {
            double wireBytes = each.getValue() * WIRE;
            sendNs = Math.max(sendNs, wireBytes * BITS_NS / rates.getOrDefault(each.getKey(), 1L));
            FabricRoutes.Route route = fabric.route(each.getKey());
            for (int i = 0; i < route.links().length; i++) {
                loadBytes[route.links()[i]] += wireBytes * route.parts()[i];
            }
        }
        long wholeNs = (long) Math.ceil(sendNs);
        if (slot.computeNs() + wholeNs > 0) {
            slots.add(new TimedSlot(slot.label(), periodNs, slot.computeNs(), wholeNs, rates));
            periodNs += slot.computeNs() + wholeNs;
        }
    }

    /** The slots, in their order. */
    public List<TimedSlot> slots() {
        return List.copyOf(slots);
    }

    /** How long an iteration is foreseen to take. */
    public long periodNs() {
        return periodNs;
    }

    /** Which part of what a link could carry in an iteration it does, from 0 to 1. */
    public double utilisation(int link) {
        return loadBytes[link] * BITS_NS / fabric.rateBitsPerSecond(link) / periodNs;
    }

    /**
     * The table that endpoints load. Flows that it does not list have the least rate that a table can give them.
     *
     * @param lineRateBitsPerSecond of the hosts' ports
     * @param addresses of hosts by their number
     * @throws IllegalArgumentException if a flow would be slower on average than a table can say
     */
    public RateTable table(long lineRateBitsPerSecond, IntFunction<IpAddress> addresses) {
        Map<Flow, List<Phase>> phases = new LinkedHashMap<>();
        for (TimedSlot slot : slots) {
            long endNs = slot.startNs() + slot.durationNs();
            slot.rates().forEach((flow, rate) -> {
                List<Phase> of = phases.computeIfAbsent(flow, key -> new ArrayList<>());
                if (!of.isEmpty() && of.getLast().startNs() == slot.startNs()) {
                    // Its silence would begin where it goes on.
                    of.removeLast();
                }
                of.add(new Phase(slot.startNs(), rate));
                if (endNs < periodNs) {
                    of.add(new Phase(endNs, 0));
                }
            });
        }
        RateTable.Builder table = RateTable.builder(lineRateBitsPerSecond).otherFlows(RateTable.MIN_AVERAGE_RATE);
        phases.forEach(
                (flow, of) -> table.flow(addresses.apply(flow.from()), addresses.apply(flow.to()), 0, periodNs, of));
        return table.build();
    }
}

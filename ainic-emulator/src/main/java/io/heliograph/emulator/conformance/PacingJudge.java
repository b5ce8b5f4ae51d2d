package io.heliograph.emulator.conformance;

import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.FlowSchedule;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.rate.WireBytes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether packets leave as a rate table says (R12.2): none earlier than a fluid of the flow's rate would have carried those before it. */
final class PacingJudge {
    /** What a sender that looks late may make up (R12.2). */
    private static final long MAKE_UP_NS = 10_000;

    private static final long BITS = 8;
    private static final double NS_PER_SECOND = 1e9;

    private record EngineFlow(FlowKey flow, long engine) {}

    private static final class Fluid {
        /** When the fluid has carried everything so far. */
        double doneNs = Double.NEGATIVE_INFINITY;
    }

    private final RateTable table;
    private final long toleranceNs;
    private final int engines;
    private final Map<EngineFlow, Fluid> fluids = new HashMap<>();

    /**
     * A judge.
     *
     * @param table whose start is on the clock of the packets
     * @param engines of each sender: each sends its equal part of every flow (R12.5)
     * @param toleranceNs what may lie between the sender's clock and the packets'
     */
    PacingJudge(RateTable table, int engines, long toleranceNs) {
        this.table = table;
        this.engines = engines;
        this.toleranceNs = toleranceNs;
    }

    /** A data packet passed; returns what is wrong, or an empty text. */
    String add(WirePacket packet) {
        FlowKey key = new FlowKey(packet.source(), packet.destination(), packet.getInt(PacketField.CLASS));
        FlowSchedule schedule = table.find(key);
        Fluid fluid = fluids.computeIfAbsent(new EngineFlow(key, packet.get(PacketField.ENGINE)), any -> new Fluid());
        double nowNs = packet.timeNs();
        String wrong = "";
        if (fluid.doneNs - nowNs > toleranceNs && packet.timeNs() >= table.startNs()) {
            wrong = "left " + Math.round(fluid.doneNs - nowNs)
                    + " ns before its time by the rate table (the make-up of " + MAKE_UP_NS
                    + " ns is allowed for), flow " + key + ": " + packet;
        }
        double startNs = Math.max(fluid.doneNs, nowNs - MAKE_UP_NS);
        fluid.doneNs = carriedBy(schedule, startNs, (double) BITS * engines * WireBytes.of(packet.frame().length));
        return wrong;
    }

    /** When a fluid that starts then has carried so many bits. */
    private double carriedBy(@Nullable FlowSchedule schedule, double startNs, double bits) {
        double atNs = startNs;
        double left = bits;
        if (schedule == null) {
            long rate = table.otherRateBitsPerSecond();
            return rate == 0 ? atNs : atNs + left * NS_PER_SECOND / (double) rate;
        }
        // In steps of a microsecond: exact for a rate that never changes, and close enough for one that does.
        while (left > 0) {
            long rate = schedule.rateAt((long) atNs);
            double stepBits = (double) rate / 1e6;
            if (stepBits >= left) {
                return atNs + left * NS_PER_SECOND / (double) rate;
            }
            left -= stepBits;
            atNs += 1_000;
        }
        return atNs;
    }
}

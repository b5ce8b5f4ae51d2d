package io.heliograph.transport.rate;

import io.heliograph.transport.IpAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rates of flows as an offline calculation emits them: for each flow a schedule of phases that repeats with every iteration. Immutable; any thread.
 *
 * <p>Rates are those of the wire, {@link WireBytes} included, so that the rates of a node's flows add up to what its line must carry. Flows that are not listed
 * have the table's other rate.
 */
public final class RateTable {
    /** Greatest line rate, 10 Tbit/s: more than any port, and far from where arithmetic ends. */
    public static final long MAX_LINE_RATE = 10_000_000_000_000L;
    /** Least average rate of a flow, 1 kbit/s: below it a packet of 64 KiB waits for more than nine minutes. */
    public static final long MIN_AVERAGE_RATE = 1_000;
    /** Greatest period, one hour. */
    public static final long MAX_PERIOD_NS = 3_600_000_000_000L;
    /** Most phases of one flow: what one departure may have to walk over. */
    public static final int MAX_PHASES = 1024;

    private final long lineRateBitsPerSecond;
    private final long startNs;
    private final FlowSchedule otherFlows;
    private final Map<FlowKey, FlowSchedule> flows;

    private RateTable(
            long lineRateBitsPerSecond, long startNs, FlowSchedule otherFlows, Map<FlowKey, FlowSchedule> flows) {
        this.lineRateBitsPerSecond = lineRateBitsPerSecond;
        this.startNs = startNs;
        this.otherFlows = otherFlows;
        this.flows = flows;
    }

    /**
     * Begins a table.
     *
     * @param lineRateBitsPerSecond of the nodes' ports; no flow may be faster
     * @throws IllegalArgumentException if the line rate is not from {@link #MIN_AVERAGE_RATE} to {@link #MAX_LINE_RATE}
     */
    public static Builder builder(long lineRateBitsPerSecond) {
        return new Builder(lineRateBitsPerSecond);
    }

    /** The line rate that no flow exceeds. */
    public long lineRateBitsPerSecond() {
        return lineRateBitsPerSecond;
    }

    /** The rate of each flow that is not listed. */
    public long otherRateBitsPerSecond() {
        return otherFlows.rate(0);
    }

    /** When all periods begin, and from when on the table holds, in nanoseconds of the nodes' clock (which are to agree if phases of different nodes are to). */
    public long startNs() {
        return startNs;
    }

    /** The flows that are listed, in the order in which they were added. */
    public Set<FlowKey> flows() {
        return flows.keySet();
    }

    /** The schedule of a flow, or null if it is not listed. */
    public @Nullable FlowSchedule find(FlowKey flow) {
        return flows.get(flow);
    }

    /** The schedule of a flow, listed or not. */
    public FlowSchedule schedule(FlowKey flow) {
        return flows.getOrDefault(flow, otherFlows);
    }

    /** Collects flows, each checked when it is added; a refused one changes nothing. */
    public static final class Builder {
        private final long lineRateBitsPerSecond;
        private final Map<FlowKey, Periods> flows = new LinkedHashMap<>();
        private long startNs;
        private long otherRateBitsPerSecond;

        private record Periods(long periodNs, List<Phase> phases) {}

        private Builder(long lineRateBitsPerSecond) {
            if (lineRateBitsPerSecond < MIN_AVERAGE_RATE || lineRateBitsPerSecond > MAX_LINE_RATE) {
                throw new IllegalArgumentException("rate table: lineRateBitsPerSecond=" + lineRateBitsPerSecond
                        + "; from " + MIN_AVERAGE_RATE + " to " + MAX_LINE_RATE + " is possible");
            }
            this.lineRateBitsPerSecond = lineRateBitsPerSecond;
            otherRateBitsPerSecond = lineRateBitsPerSecond;
        }

        /** Sets {@link RateTable#startNs}; 0 if not set. A table that starts in the future leaves its predecessor in place until then. */
        public Builder startNs(long value) {
            startNs = value;
            return this;
        }

        /**
         * Sets the rate of each flow that is not listed; the line rate if not set.
         *
         * @throws IllegalArgumentException if it is below {@link #MIN_AVERAGE_RATE} or above the line rate
         */
        public Builder otherFlows(long rateBitsPerSecond) {
            if (rateBitsPerSecond < MIN_AVERAGE_RATE || rateBitsPerSecond > lineRateBitsPerSecond) {
                throw new IllegalArgumentException("rate table: otherFlows rateBitsPerSecond=" + rateBitsPerSecond
                        + "; from " + MIN_AVERAGE_RATE + " to the line rate " + lineRateBitsPerSecond + " is possible");
            }
            otherRateBitsPerSecond = rateBitsPerSecond;
            return this;
        }

        /**
         * Adds a flow whose rate never changes.
         *
         * @throws IllegalArgumentException as for {@link #flow(IpAddress, IpAddress, int, long, List)}; the rate must not be 0
         */
        public Builder flow(IpAddress source, IpAddress destination, int trafficClass, long rateBitsPerSecond) {
            return flow(source, destination, trafficClass, MAX_PERIOD_NS, List.of(new Phase(0, rateBitsPerSecond)));
        }

        /**
         * Adds a flow.
         *
         * @param trafficClass 0 to 7
         * @param periodNs length of an iteration
         * @param phases sorted by their start; before the first there is silence
         * @throws IllegalArgumentException if the class, the period or a phase's start is out of range, a rate is negative or above the line, phases are unsorted
         *     or start together, all are silent, the average is below {@link #MIN_AVERAGE_RATE}, or the flow is there already
         */
        public Builder flow(
                IpAddress source, IpAddress destination, int trafficClass, long periodNs, List<Phase> phases) {
            FlowKey flow = new FlowKey(source, destination, trafficClass);
            if (trafficClass < 0 || trafficClass >= FlowKey.TRAFFIC_CLASSES) {
                throw refused(flow, "trafficClass=" + trafficClass + "; 0 to 7 is possible");
            }
            if (periodNs < 1 || periodNs > MAX_PERIOD_NS) {
                throw refused(flow, "periodNs=" + periodNs + "; from 1 to " + MAX_PERIOD_NS + " is possible");
            }
            List<Phase> copy = List.copyOf(phases);
            checkPhases(flow, periodNs, copy);
            if (flows.putIfAbsent(flow, new Periods(periodNs, copy)) != null) {
                throw refused(flow, "it is listed already; give all of its phases at once");
            }
            return this;
        }

        private void checkPhases(FlowKey flow, long periodNs, List<Phase> phases) {
            if (phases.isEmpty() || phases.size() > MAX_PHASES) {
                throw refused(flow, "phases=" + phases.size() + "; from 1 to " + MAX_PHASES + " are possible");
            }
            double bitNs = 0;
            for (int i = 0; i < phases.size(); i++) {
                Phase phase = phases.get(i);
                long startNs = phase.startNs();
                long rate = phase.rateBitsPerSecond();
                if (startNs < 0 || startNs >= periodNs) {
                    throw refused(flow, i, "startNs=" + startNs + "; lies outside of periodNs=" + periodNs);
                }
                if (i > 0 && startNs <= phases.get(i - 1).startNs()) {
                    throw refused(
                            flow,
                            i,
                            "startNs=" + startNs + "; not after the phase before it, which starts at "
                                    + phases.get(i - 1).startNs() + ": sort them, and let them not overlap");
                }
                if (rate < 0 || rate > lineRateBitsPerSecond) {
                    throw refused(
                            flow,
                            i,
                            "rateBitsPerSecond=" + rate + "; from 0 to the line rate " + lineRateBitsPerSecond
                                    + " is possible");
                }
                long endNs = i + 1 < phases.size() ? phases.get(i + 1).startNs() : periodNs;
                bitNs += (double) rate * (endNs - startNs);
            }
            if (bitNs == 0) {
                throw refused(flow, "rateBitsPerSecond=0 in every phase; a flow that never sends would wait for ever");
            }
            if (bitNs / periodNs < MIN_AVERAGE_RATE) {
                throw refused(
                        flow,
                        "average rateBitsPerSecond=" + (long) (bitNs / periodNs) + "; at least " + MIN_AVERAGE_RATE
                                + " is possible");
            }
        }

        private static IllegalArgumentException refused(FlowKey flow, String why) {
            return new IllegalArgumentException("rate table: flow=" + flow + " " + why);
        }

        private static IllegalArgumentException refused(FlowKey flow, int phase, String why) {
            return new RefusedPhaseException(phase, "rate table: flow=" + flow + " phase=" + phase + " " + why);
        }

        /** The table. */
        public RateTable build() {
            Map<FlowKey, FlowSchedule> schedules = new LinkedHashMap<>();
            flows.forEach((flow, periods) ->
                    schedules.put(flow, FlowSchedule.repeating(startNs, periods.periodNs(), periods.phases())));
            return new RateTable(
                    lineRateBitsPerSecond,
                    startNs,
                    FlowSchedule.constant(otherRateBitsPerSecond),
                    Collections.unmodifiableMap(schedules));
        }
    }
}

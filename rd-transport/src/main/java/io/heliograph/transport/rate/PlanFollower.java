package io.heliograph.transport.rate;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Loads at a node the rates that a table has for where the node's application is in its iteration, whatever time it is elsewhere. The application says where that is when a step begins ({@link #moveTo}); from there the table goes on as time does, up to the moment of the node's next step, at which it
 * waits until the application is there. Who is early leaves out the rest; steps of moments that are over, such as late rounds of gradients, change nothing.
 *
 * <p>Moments are those of the table's period, from 0 on, as {@code helio plan --workload} writes them for each step ({@code slot_ns}). Where the table has 0 for a flow it keeps the rate that it had last: what it sends then is late or early. One thread at a time, which need not be that of an engine:
 * engines turn to what was loaded in their next duty cycle.
 */
public final class PlanFollower {
    private final RateTables tables;
    private final RateTable plan;
    /** Flows of the plan that start at the node. */
    private final List<FlowKey> flows;

    private final long[] stepsNs;
    /** When the rate of any of the node's flows changes, in a period, in this order; the first is 0. */
    private final long[] changesNs;
    /** Behind each change; made when first needed. */
    private final @Nullable RateTable[] rates;

    /** Where the application was at which time, and how far the table goes from there by itself. */
    private long momentNs;

    private long saidNs;
    private long untilNs;
    /** The change whose rates are loaded. */
    private int loaded = -1;

    /**
     * Loads the rates of the iteration's beginning; nothing moves on before a step begins.
     *
     * @param plan of any nodes; flows of {@code tables}' node count
     * @param tables of the node; nobody else is to replace what is in them
     * @param stepsNs the moments of the node's own steps, in any order
     * @throws IllegalArgumentException if a flow of the node is faster than its line
     */
    public PlanFollower(RateTable plan, RateTables tables, long[] stepsNs) {
        this.plan = plan;
        this.tables = tables;
        this.stepsNs = Arrays.stream(stepsNs).sorted().distinct().toArray();
        flows = plan.flows().stream()
                .filter(flow -> flow.source().equals(tables.node()))
                .toList();
        TreeSet<Long> changes = new TreeSet<>();
        changes.add(0L);
        for (FlowKey flow : flows) {
            FlowSchedule schedule = plan.schedule(flow);
            for (int phase = 0; phase < schedule.phases(); phase++) {
                changes.add(schedule.startNs(phase));
            }
        }
        changesNs = changes.stream().mapToLong(Long::longValue).toArray();
        rates = new RateTable[changesNs.length];
        begin();
    }

    /** Another iteration: the application is in front of its first step again. */
    public void begin() {
        momentNs = -1;
        untilNs = 0;
        load(0);
    }

    /** A step begins whose moment is this one. */
    public void moveTo(long momentNs, long nowNs) {
        if (momentNs > position(nowNs)) {
            this.momentNs = momentNs;
            saidNs = nowNs;
            int next = Arrays.binarySearch(stepsNs, momentNs + 1);
            next = next < 0 ? -next - 1 : next;
            untilNs = next == stepsNs.length ? Long.MAX_VALUE : stepsNs[next];
            load(changeAt(momentNs));
        }
    }

    /** Loads what has become due; 1 if that was anything. To be called at {@link #nextChangeNs} or more often. */
    public int doWork(long nowNs) {
        return load(changeAt(position(nowNs)));
    }

    /** When the next rates become due if no step begins before; {@link Long#MAX_VALUE} if then they never do. */
    public long nextChangeNs() {
        int next = loaded + 1;
        return momentNs >= 0 && next < changesNs.length && changesNs[next] < untilNs
                ? saidNs + changesNs[next] - momentNs
                : Long.MAX_VALUE;
    }

    private long position(long nowNs) {
        return momentNs < 0 ? -1 : Math.min(untilNs - 1, momentNs + (nowNs - saidNs));
    }

    private int changeAt(long positionNs) {
        int found = Arrays.binarySearch(changesNs, positionNs);
        return Math.max(0, found >= 0 ? found : -found - 2);
    }

    private int load(int change) {
        if (change == loaded) {
            return 0;
        }
        RateTable table = rates[change];
        if (table == null) {
            table = ratesAt(changesNs[change]);
            rates[change] = table;
        }
        tables.replace(table);
        loaded = change;
        return 1;
    }

    private RateTable ratesAt(long positionNs) {
        RateTable.Builder builder =
                RateTable.builder(plan.lineRateBitsPerSecond()).otherFlows(plan.otherRateBitsPerSecond());
        for (FlowKey flow : flows) {
            long rate = Math.max(RateTable.MIN_AVERAGE_RATE, plan.schedule(flow).lastRateAt(positionNs));
            builder.flow(flow.source(), flow.destination(), flow.trafficClass(), rate);
        }
        return builder.build();
    }
}

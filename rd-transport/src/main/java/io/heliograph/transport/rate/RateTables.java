package io.heliograph.transport.rate;

import io.heliograph.transport.IpAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Where a node's rate table is replaced while traffic runs: an immutable table behind one reference. Any thread; engines look in each duty cycle. */
public final class RateTables {
    private final IpAddress node;
    private final long lineRateBitsPerSecond;
    /** Who obeys the tables: one for each engine. */
    private final List<TablePaced> policies = new CopyOnWriteArrayList<>();

    private volatile @Nullable RateTable current;

    /**
     * No table yet.
     *
     * @param node the address whose flows count; others in a table are ignored
     * @param lineRateBitsPerSecond of the node's port
     */
    public RateTables(IpAddress node, long lineRateBitsPerSecond) {
        this.node = node;
        this.lineRateBitsPerSecond = lineRateBitsPerSecond;
    }

    /** The node whose flows count. */
    public IpAddress node() {
        return node;
    }

    /** The port's rate, {@link WireBytes} included. */
    public long lineRateBitsPerSecond() {
        return lineRateBitsPerSecond;
    }

    /**
     * Replaces the table, or with null takes it away. Engines turn to it in their next duty cycle, or when it starts if that is later.
     *
     * @throws IllegalArgumentException if a flow of this node is faster than its line; the table in place stays
     */
    public void replace(@Nullable RateTable table) {
        if (table != null) {
            for (FlowKey flow : table.flows()) {
                long rate = table.schedule(flow).peakRate();
                if (flow.source().equals(node) && rate > lineRateBitsPerSecond) {
                    throw new IllegalArgumentException("rate table: flow=" + flow + " rateBitsPerSecond=" + rate
                            + "; at most the line rate of this node's port, " + lineRateBitsPerSecond
                            + ", is possible");
                }
            }
        }
        current = table;
    }

    /** A policy obeys the tables from now on. */
    void join(TablePaced policy) {
        policies.add(policy);
    }

    /**
     * Flows of this node in the table that was loaded last that no engine knows, for nothing was sent to their peer yet; 0 where no policy obeys tables.
     * Takes time in proportion to the table and to the engines' flows.
     */
    public int unknownFlows() {
        RateTable table = current;
        if (table == null || policies.isEmpty()) {
            return 0;
        }
        Set<FlowKey> known = new HashSet<>();
        for (TablePaced policy : policies) {
            policy.collectFlows(known);
        }
        int unknown = 0;
        for (FlowKey flow : table.flows()) {
            unknown += flow.source().equals(node) && !known.contains(flow) ? 1 : 0;
        }
        return unknown;
    }

    /** The table that was loaded last, or null. */
    public @Nullable RateTable current() {
        return current;
    }
}

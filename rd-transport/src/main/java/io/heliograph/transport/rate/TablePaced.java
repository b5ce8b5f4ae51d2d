package io.heliograph.transport.rate;

import io.heliograph.transport.IpAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Rates from a table, by a {@link Pacer}; line rate while no table is loaded. No window, and nothing that the network does changes it: this is the default policy.
 *
 * <p>Each of several engines that share a node takes an equal part of every rate and of the line.
 */
public final class TablePaced implements RatePolicy {
    private final RateTables tables;
    private final int engines;
    private final int flows;
    private final long burstNs;
    /** Made for the first table: many an endpoint never has one. */
    private @Nullable Pacer pacer;

    private final LineRate unpaced;
    /** Each is written by the engine's thread, and read by those that count the flows without a peer. */
    private final AtomicReferenceArray<@Nullable FlowKey> keys;

    /** The keys of the table at hand that are flows of this engine. */
    private final Set<FlowKey> known = new HashSet<>();

    private @Nullable RateTable table;
    private int ownFlows;
    private int foreignFlows;

    /**
     * A policy for flows 0 to {@code flows} - 1.
     *
     * @param tables where tables are loaded
     * @param engines that share the node's line, this one among them
     * @param burstNs as for {@link Pacer}: some duty cycles
     * @throws IllegalArgumentException if one of them is out of range
     */
    public TablePaced(RateTables tables, int flows, int engines, long burstNs) {
        if (engines < 1 || engines > 256) {
            throw new IllegalArgumentException("table-paced: engines=" + engines + "; from 1 to 256 are possible");
        }
        this.tables = tables;
        this.engines = engines;
        this.flows = flows;
        this.burstNs = burstNs;
        unpaced = new LineRate(flows);
        keys = new AtomicReferenceArray<>(flows);
        tables.join(this);
    }

    private Pacer pacer() {
        Pacer made = pacer;
        if (made == null) {
            made = new Pacer(flows, Math.max(1, tables.lineRateBitsPerSecond() / engines), burstNs);
            pacer = made;
        }
        return made;
    }

    /** Whether a table is in force. */
    public boolean isPaced() {
        return table != null;
    }

    /** Flows of the table in force that start at this node, but whose peer and class this engine does not know (yet). */
    public int unknownFlows() {
        return ownFlows - known.size();
    }

    /** Adds the flows that this engine has been told of; any thread. */
    void collectFlows(Set<FlowKey> known) {
        for (int flow = 0; flow < keys.length(); flow++) {
            FlowKey key = keys.getAcquire(flow);
            if (key != null) {
                known.add(key);
            }
        }
    }

    /** Flows of the table in force that start at other nodes: ignored. */
    public int foreignFlows() {
        return foreignFlows;
    }

    @Override
    public void addFlow(int flow, IpAddress destination, int trafficClass, long nowNs) {
        FlowKey key = new FlowKey(tables.node(), destination, trafficClass);
        keys.setRelease(flow, key);
        if (table != null) {
            pace(table, flow, key, nowNs);
        }
    }

    @Override
    public void onDutyCycle(long nowNs) {
        unpaced.onDutyCycle(nowNs);
        RateTable loaded = tables.current();
        if (loaded != table && (loaded == null || nowNs >= loaded.startNs())) {
            change(loaded, nowNs);
        }
    }

    private void change(@Nullable RateTable loaded, long nowNs) {
        boolean wasPaced = table != null;
        table = loaded;
        known.clear();
        ownFlows = 0;
        foreignFlows = 0;
        if (loaded != null) {
            for (FlowKey key : loaded.flows()) {
                boolean own = key.source().equals(tables.node());
                ownFlows += own ? 1 : 0;
                foreignFlows += own ? 0 : 1;
            }
        }
        for (int flow = 0; flow < keys.length(); flow++) {
            FlowKey key = keys.getPlain(flow);
            if (loaded != null && key != null) {
                pace(loaded, flow, key, nowNs);
            }
            if (wasPaced && loaded == null && pacer().isActive(flow)) {
                pacer().deactivate(flow);
                unpaced.activate(flow, nowNs);
            } else if (!wasPaced && loaded != null && unpaced.isActive(flow)) {
                unpaced.deactivate(flow);
                pacer().activate(flow, nowNs);
            }
        }
    }

    private void pace(RateTable from, int flow, FlowKey key, long nowNs) {
        FlowSchedule schedule = from.schedule(key);
        pacer().schedule(flow, engines == 1 ? schedule : schedule.dividedBy(engines), nowNs);
        if (from.find(key) != null) {
            known.add(key);
        }
    }

    @Override
    public void activate(int flow, long nowNs) {
        if (table == null) {
            unpaced.activate(flow, nowNs);
        } else {
            pacer().activate(flow, nowNs);
        }
    }

    @Override
    public void deactivate(int flow) {
        if (table == null) {
            unpaced.deactivate(flow);
        } else {
            pacer().deactivate(flow);
        }
    }

    @Override
    public int nextFlow(long nowNs) {
        return table == null ? unpaced.nextFlow(nowNs) : pacer().nextFlow(nowNs);
    }

    @Override
    public int packetsAtOnce() {
        return table == null ? unpaced.packetsAtOnce() : 1;
    }

    @Override
    public boolean isShared() {
        return table != null;
    }

    @Override
    public void onSent(int flow, int wireBytes, long nowNs) {
        if (table == null) {
            unpaced.onSent(flow, wireBytes, nowNs);
        } else {
            pacer().sent(flow, wireBytes, nowNs);
        }
    }

    @Override
    public void onAcknowledged(int flow, int wireBytes, long rttNs, long nowNs) {}

    @Override
    public void onLost(int flow, int wireBytes, long nowNs) {}

    @Override
    public void reset(int flow) {
        deactivate(flow);
    }

    @Override
    public long nextDeadlineNs() {
        long deadlineNs = table == null ? unpaced.nextDeadlineNs() : pacer().nextDeadlineNs();
        RateTable loaded = tables.current();
        return loaded == null || loaded == table ? deadlineNs : Math.min(deadlineNs, loaded.startNs());
    }
}

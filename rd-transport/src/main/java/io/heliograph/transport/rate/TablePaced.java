package io.heliograph.transport.rate;

import io.heliograph.transport.IpAddress;
import java.util.Arrays;
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
    /** Places for flows to begin with: those to eight peers. */
    private static final int FIRST_FLOWS = 64;

    private final RateTables tables;
    private final int engines;
    private final int flows;
    private final long burstNs;
    /** Made for the first table: many an endpoint never has one. */
    private @Nullable Pacer pacer;

    private final LineRate unpaced;
    /** Where each flow goes, as far as was told: written by the engine's thread, and read by those that count the flows without a peer. Replaced by a longer one when need be. */
    private volatile AtomicReferenceArray<@Nullable IpAddress> destinations = new AtomicReferenceArray<>(FIRST_FLOWS);
    /** What is known of a flow before its destination is. */
    private volatile byte[] trafficClasses = new byte[FIRST_FLOWS];

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
        // In this order: classes are there before destinations.
        AtomicReferenceArray<@Nullable IpAddress> all = destinations;
        byte[] classes = trafficClasses;
        for (int flow = 0; flow < all.length(); flow++) {
            IpAddress destination = all.getAcquire(flow);
            if (destination != null) {
                known.add(new FlowKey(tables.node(), destination, classes[flow]));
            }
        }
    }

    /** The key of a flow, made anew, or null if nothing was told of it. The engine's thread. */
    private @Nullable FlowKey key(int flow) {
        AtomicReferenceArray<@Nullable IpAddress> all = destinations;
        IpAddress destination = flow < all.length() ? all.getPlain(flow) : null;
        return destination == null ? null : new FlowKey(tables.node(), destination, trafficClasses[flow]);
    }

    private void makeRoom(int flow) {
        AtomicReferenceArray<@Nullable IpAddress> all = destinations;
        int length = (int) Math.min(flows, Math.max(2L * all.length(), flow + 1L));
        AtomicReferenceArray<@Nullable IpAddress> more = new AtomicReferenceArray<>(length);
        for (int i = 0; i < all.length(); i++) {
            more.setPlain(i, all.getPlain(i));
        }
        trafficClasses = Arrays.copyOf(trafficClasses, length);
        destinations = more;
    }

    /** Flows of the table in force that start at other nodes: ignored. */
    public int foreignFlows() {
        return foreignFlows;
    }

    @Override
    public void addFlow(int flow, IpAddress destination, int trafficClass, long nowNs) {
        if (flow >= destinations.length()) {
            makeRoom(flow);
        }
        trafficClasses[flow] = (byte) trafficClass;
        destinations.setRelease(flow, destination);
        if (table != null) {
            pace(table, flow, new FlowKey(tables.node(), destination, trafficClass), nowNs);
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
        for (int flow = 0; flow < flows; flow++) {
            FlowKey key = loaded == null ? null : key(flow);
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

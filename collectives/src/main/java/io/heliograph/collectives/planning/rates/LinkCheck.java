package io.heliograph.collectives.planning.rates;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.FlowSchedule;
import io.heliograph.transport.rate.RateTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** Proves of a rate table, whoever made it, that at no time the flows that it lists are more than a link carries: follows the sum of rates of each link from change to change through one period. */
public final class LinkCheck {
    /** Of the sum of many rounded rates. */
    private static final double ROUNDING = 1 + 1e-9;

    private LinkCheck() {}

    /**
     * The greatest part of a link that flows take at any time.
     *
     * @param addresses of hosts by their number
     * @return the sum of rates on the fullest link by its rate: 1 if it is full
     * @throws IllegalArgumentException if flows have different periods or addresses that no host has
     */
    public static double fullest(RateTable table, FabricRoutes fabric, IntFunction<IpAddress> addresses) {
        Map<IpAddress, Integer> hosts = new HashMap<>();
        for (int host = 0; host < fabric.hosts(); host++) {
            hosts.put(addresses.apply(host), host);
        }
        Map<Long, List<Change>> changes = new TreeMap<>();
        long periodNs = 0;
        for (FlowKey key : table.flows()) {
            Integer from = hosts.get(key.source());
            Integer to = hosts.get(key.destination());
            if (from == null || to == null) {
                throw new IllegalArgumentException("flow=" + key + " is of an address that no host has");
            }
            FlowSchedule schedule = table.schedule(key);
            if (!schedule.isConstant()) {
                if (periodNs != 0 && periodNs != schedule.periodNs()) {
                    throw new IllegalArgumentException(
                            "flow=" + key + " periodNs=" + schedule.periodNs() + "; others have " + periodNs);
                }
                periodNs = schedule.periodNs();
            }
            add(schedule, fabric.route(new Flow(from, to)), changes);
        }
        double[] sums = new double[fabric.links()];
        double fullest = 0;
        for (List<Change> atOnce : changes.values()) {
            for (Change change : atOnce) {
                FabricRoutes.Route route = change.route;
                for (int i = 0; i < route.links().length; i++) {
                    sums[route.links()[i]] += change.bitsPerSecond * route.parts()[i];
                }
            }
            for (int link = 0; link < sums.length; link++) {
                fullest = Math.max(fullest, sums[link] / fabric.rateBitsPerSecond(link));
            }
        }
        return fullest;
    }

    /** More or less of a flow from a moment on. */
    private record Change(FabricRoutes.Route route, long bitsPerSecond) {}

    private static void add(FlowSchedule schedule, FabricRoutes.Route route, Map<Long, List<Change>> changes) {
        long before = 0;
        for (int phase = 0; phase < schedule.phases(); phase++) {
            long more = schedule.rate(phase) - before;
            before = schedule.rate(phase);
            if (more != 0) {
                changes.computeIfAbsent(schedule.startNs(phase), start -> new ArrayList<>())
                        .add(new Change(route, more));
            }
        }
    }

    /** Whether no link is ever asked for more than it carries, but for rounding. */
    public static boolean isKept(double fullest) {
        return fullest <= ROUNDING;
    }

    /** The same of a table. */
    public static boolean isKept(RateTable table, FabricRoutes fabric, IntFunction<IpAddress> addresses) {
        return isKept(fullest(table, fabric, addresses));
    }
}

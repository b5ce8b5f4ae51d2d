package io.heliograph.benchmarks.planning;

import io.heliograph.collectives.planning.rates.FabricRoutes;
import io.heliograph.collectives.planning.rates.Flow;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.Link;
import io.heliograph.emulator.fabric.Node;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The routes of an emulated fabric, if packets are sprayed and every switch parts them evenly over its equal links. Real hashing is less even than that. */
final class EmulatedRoutes implements FabricRoutes {
    private static final double PS_PER_NS = 1e3;
    private static final double BITS_PS = 8e12;

    private final Fabric fabric;
    private final List<Link> links;
    private final Map<Link, Integer> numbers = new HashMap<>();
    private final Map<Flow, Route> routes = new HashMap<>();
    /** Hosts behind the same switches share all but the first and the last link. */
    private final Map<Ends, Map<Integer, Double>> between = new HashMap<>();

    private record Ends(Node from, Node to) {}

    /**
     * Of a fabric at time 0, which stays open as long as this is asked.
     *
     * @throws IllegalArgumentException if it has optical switches, whose circuits come and go
     */
    EmulatedRoutes(Fabric fabric) {
        this.fabric = fabric;
        if (!fabric.opticalSwitches().isEmpty()) {
            throw new IllegalArgumentException(
                    "a fabric with optical switches cannot be planned for: circuits come and go");
        }
        links = fabric.links();
        links.forEach(link -> numbers.put(link, numbers.size()));
    }

    @Override
    public int hosts() {
        return fabric.hosts();
    }

    @Override
    public int links() {
        return links.size();
    }

    @Override
    public String name(int link) {
        return links.get(link).name();
    }

    @Override
    public long rateBitsPerSecond(int link) {
        return links.get(link).config().rateBitsPerSecond();
    }

    /** The delays of the links, and a packet stored and sent on by each switch. */
    @Override
    public double latencyNs(Flow flow, double packetBytes) {
        Link last = fabric.port(flow.to()).link().reverse();
        Link at = fabric.port(flow.from()).link();
        double ps = at.config().delayPs();
        while (at != last) {
            at = fabric.linksTowards(at.to(), flow.to()).getFirst();
            ps += at.config().delayPs() + packetBytes * BITS_PS / at.config().rateBitsPerSecond();
        }
        return ps / PS_PER_NS;
    }

    /** The greatest rate of a host's port. */
    long lineRateBitsPerSecond() {
        long rate = 0;
        for (int host = 0; host < fabric.hosts(); host++) {
            rate = Math.max(rate, fabric.port(host).link().config().rateBitsPerSecond());
        }
        return rate;
    }

    @Override
    public Route route(Flow flow) {
        return routes.computeIfAbsent(flow, this::find);
    }

    private Route find(Flow flow) {
        Link first = fabric.port(flow.from()).link();
        Link last = fabric.port(flow.to()).link().reverse();
        Map<Integer, Double> used = new LinkedHashMap<>();
        used.put(number(first), 1.0);
        if (first != last) {
            Ends ends = new Ends(first.to(), last.from());
            Map<Integer, Double> middle = between.get(ends);
            if (middle == null) {
                middle = spread(flow, first, last);
                between.put(ends, middle);
            }
            used.putAll(middle);
            used.put(number(last), 1.0);
        }
        int[] links = used.keySet().stream().mapToInt(Integer::intValue).toArray();
        double[] parts = used.values().stream().mapToDouble(Double::doubleValue).toArray();
        return new Route(links, parts);
    }

    /** Follows all packets at once, a link at a time, from behind the first link to in front of the last. */
    private Map<Integer, Double> spread(Flow flow, Link first, Link last) {
        Map<Integer, Double> used = new LinkedHashMap<>();
        Map<Link, Double> arriving = Map.of(first, 1.0);
        while (!arriving.isEmpty()) {
            Map<Link, Double> next = new LinkedHashMap<>();
            arriving.forEach((in, part) -> {
                List<Link> out = fabric.linksTowards(in.to(), flow.to());
                if (out.isEmpty()) {
                    throw new IllegalArgumentException("the fabric is not connected: no way from host " + flow.from()
                            + " to host " + flow.to() + " at " + in.to().name());
                }
                for (Link each : out) {
                    if (each != last) {
                        next.merge(each, part / out.size(), Double::sum);
                    }
                }
            });
            next.forEach((link, part) -> used.merge(number(link), part, Double::sum));
            arriving = next;
        }
        return used;
    }

    private int number(Link link) {
        return numbers.getOrDefault(link, -1);
    }
}

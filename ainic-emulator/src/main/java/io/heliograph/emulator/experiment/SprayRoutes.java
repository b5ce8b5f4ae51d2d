package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.Link;
import io.heliograph.emulator.fabric.Node;
import io.heliograph.emulator.fabric.OpticalSwitch;
import io.heliograph.transport.rate.MaxMinFair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which part of what one host sends to another goes over which link, if packets are sprayed and every switch parts them evenly over its equal links.
 *
 * <p>Real hashing is less even than that. Capacities are those of links; a link into an optical switch counts once for each circuit, with the part of the time that it is there.
 */
final class SprayRoutes {
    private final Fabric fabric;
    private final List<Double> capacities = new ArrayList<>();
    private final Map<Resource, Integer> numbers = new HashMap<>();
    /** Hosts behind the same switches share all but the first and the last link. */
    private final Map<Ends, Map<Integer, Double>> between = new HashMap<>();

    private record Resource(Link link, Link out) {}

    private record Ends(Node from, Node to) {}

    SprayRoutes(Fabric fabric) {
        this.fabric = fabric;
    }

    /** Bits per second of each resource so far. */
    double[] capacities() {
        return capacities.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Bytes that one host sends to another, with the resources that they go over. */
    MaxMinFair.Demand demand(int from, int to, double bytes) {
        Link first = fabric.port(from).link();
        Link last = fabric.port(to).link().reverse();
        Map<Integer, Double> middle = first == last
                ? Map.of()
                : between.computeIfAbsent(new Ends(first.to(), last.from()), ends -> spread(first, to, last));
        int[] resources = new int[middle.size() + (first == last ? 1 : 2)];
        double[] parts = new double[resources.length];
        int count = 0;
        resources[count] = number(first, first);
        parts[count++] = 1;
        if (first != last) {
            resources[count] = number(last, last);
            parts[count++] = 1;
        }
        for (Map.Entry<Integer, Double> each : middle.entrySet()) {
            resources[count] = each.getKey();
            parts[count++] = each.getValue();
        }
        return new MaxMinFair.Demand(bytes, resources, parts);
    }

    /** Follows all packets at once, a link at a time, from behind the first link to in front of the last. */
    private Map<Integer, Double> spread(Link first, int to, Link last) {
        Map<Integer, Double> used = new LinkedHashMap<>();
        Map<Link, Double> arriving = new LinkedHashMap<>();
        arriving.put(first, 1.0);
        while (!arriving.isEmpty()) {
            Map<Link, Double> next = new LinkedHashMap<>();
            arriving.forEach((in, part) -> {
                List<Link> out = fabric.linksTowards(in.to(), to);
                for (Link each : out) {
                    if (in.to() instanceof OpticalSwitch) {
                        used.merge(number(in, each), part, Double::sum);
                    }
                    if (each != last) {
                        next.merge(each, part / out.size(), Double::sum);
                    }
                }
            });
            next.forEach((link, part) -> {
                if (!(link.to() instanceof OpticalSwitch)) {
                    used.merge(number(link, link), part, Double::sum);
                }
            });
            arriving = next;
        }
        return used;
    }

    private int number(Link link, Link out) {
        return numbers.computeIfAbsent(new Resource(link, out), resource -> {
            double rate = link.config().rateBitsPerSecond();
            capacities.add(
                    link.to() instanceof OpticalSwitch light && link != out
                            ? rate * light.lightShare(link, out)
                            : rate);
            return capacities.size() - 1;
        });
    }
}

package io.heliograph.emulator.fabric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds for each node the ports that lead to each host by fewest cables; paths through other hosts are none. Breadth first, once for each node that hosts are joined to. */
final class ShortestPaths {
    private static final int FAR = Integer.MAX_VALUE;

    private final List<List<int[]>> edges = new ArrayList<>();
    private final List<Integer> hosts = new ArrayList<>();
    private final boolean[] isHost;

    ShortestPaths(int nodes) {
        for (int i = 0; i < nodes; i++) {
            edges.add(new ArrayList<>());
        }
        isHost = new boolean[nodes];
    }

    /** A cable, and the ports of its ends. */
    void edge(int one, int other, int portOfOne, int portOfOther) {
        edges.get(one).add(new int[] {other, portOfOne});
        edges.get(other).add(new int[] {one, portOfOther});
    }

    /** The next host, by the number of its node. */
    void host(int node) {
        hosts.add(node);
        isHost[node] = true;
    }

    /**
     * A table for each node.
     *
     * @throws IllegalArgumentException if one host cannot reach another
     */
    ForwardingTable[] tables() {
        int nodes = edges.size();
        short[][] groupOfHost = new short[nodes][hosts.size()];
        List<Map<List<Integer>, Integer>> groups = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            Map<List<Integer>, Integer> first = new HashMap<>();
            first.put(List.of(), 0);
            groups.add(first);
        }
        // Hosts behind the same node are the same way away, but for the last cable.
        Map<Integer, int[]> distancesTo = new HashMap<>();
        for (int host = 0; host < hosts.size(); host++) {
            int node = hosts.get(host);
            int neighbour = edges.get(node).getFirst()[0];
            int[] distances = distancesTo.computeIfAbsent(neighbour, this::distancesTo);
            for (int from = 0; from < nodes; from++) {
                List<Integer> ports = ports(from, node, neighbour, distances);
                if (from != node && isHost[from] && distances[from] == FAR && from != neighbour) {
                    throw new IllegalArgumentException("hosts cannot reach each other: nodes=" + from + ", " + node);
                }
                Map<List<Integer>, Integer> known = groups.get(from);
                groupOfHost[from][host] =
                        known.computeIfAbsent(ports, each -> known.size()).shortValue();
            }
        }
        ForwardingTable[] tables = new ForwardingTable[nodes];
        for (int node = 0; node < nodes; node++) {
            int[][] ports = new int[groups.get(node).size()][];
            groups.get(node).forEach((list, group) -> ports[group] = toArray(list));
            tables[node] = new ForwardingTable(groupOfHost[node], ports);
        }
        return tables;
    }

    private static int[] toArray(List<Integer> list) {
        int[] array = new int[list.size()];
        Arrays.setAll(array, list::get);
        return array;
    }

    private List<Integer> ports(int from, int host, int neighbour, int[] distances) {
        List<Integer> ports = new ArrayList<>();
        for (int[] edge : edges.get(from)) {
            boolean nearer = from == neighbour
                    ? edge[0] == host
                    : distances[from] != FAR && distances[edge[0]] == distances[from] - 1 && !isHost[edge[0]];
            if (nearer || edge[0] == host) {
                ports.add(edge[1]);
            }
        }
        return ports;
    }

    /** Cables from each node to one, without passing a host; hosts themselves have a distance. */
    private int[] distancesTo(int target) {
        int[] distances = new int[edges.size()];
        Arrays.fill(distances, FAR);
        int[] queue = new int[edges.size()];
        int head = 0;
        int tail = 0;
        distances[target] = 0;
        queue[tail++] = target;
        while (head < tail) {
            int node = queue[head++];
            if (isHost[node] && node != target) {
                continue;
            }
            for (int[] edge : edges.get(node)) {
                if (distances[edge[0]] == FAR) {
                    distances[edge[0]] = distances[node] + 1;
                    queue[tail++] = edge[0];
                }
            }
        }
        return distances;
    }
}

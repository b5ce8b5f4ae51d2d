package io.heliograph.collectives.planning.workload;

import io.heliograph.collectives.planning.recorded.RecordedJob;
import io.heliograph.collectives.planning.recorded.RecordedNode;
import io.heliograph.collectives.planning.traffic.Group;
import io.heliograph.collectives.planning.traffic.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Collects the nodes of Chakra traces, rank by rank, as what each rank does. The ranks of a group are those whose traces name it. */
final class ChakraRanks {
    private static final long NS_PER_US = 1000;
    /** A year: longer than any iteration, and far from where arithmetic ends. */
    private static final long MOST_MICROS = 31_536_000_000_000L;

    private final List<Trace> traces = new ArrayList<>();
    private final Map<String, TreeSet<Integer>> groups = new HashMap<>();
    private long withoutTime;
    private long others;

    /** Nodes of a rank in the order of its file. */
    private static final class Trace {
        final List<Node> nodes = new ArrayList<>();
        final Map<Long, Integer> places = new HashMap<>();
    }

    private record Node(ChakraNode node, @Nullable Operation operation, Group group, String where) {}

    /** Made empty. */
    ChakraRanks() {}

    /** The nodes that come now are of the next rank. */
    void begin() {
        traces.add(new Trace());
    }

    void add(ChakraNode node, @Nullable Operation operation, Group group, String where) throws WorkloadFormatException {
        Trace trace = traces.getLast();
        trace.places.put(node.id(), trace.nodes.size());
        trace.nodes.add(new Node(node, operation, group, where));
        if (operation != null && operation != Operation.SEND && operation != Operation.RECEIVE) {
            if (group.name().startsWith("dimensions ")) {
                throw new WorkloadFormatException(
                        where,
                        "node " + node.id() + ": " + ChakraNode.DIMENSIONS + " does not say which ranks take part; give"
                                + " pg_name, or all dimensions");
            }
            groups.computeIfAbsent(group.name(), key -> new TreeSet<>()).add(traces.size() - 1);
        }
        long micros = node.durationMicros();
        if (micros < 0 || micros > MOST_MICROS) {
            throw new WorkloadFormatException(
                    where,
                    "node " + node.id() + ": duration_micros=" + micros + "; 0 to " + MOST_MICROS + " is possible");
        }
        boolean isComputation = node.type() == ChakraNode.COMPUTATION;
        withoutTime += isComputation && micros == 0 ? 1 : 0;
        others += !isComputation && operation == null ? 1 : 0;
    }

    RecordedJob job(int ranksPerHost) {
        Map<String, int[]> members = new HashMap<>();
        groups.forEach((name, ranks) ->
                members.put(name, ranks.stream().mapToInt(Integer::intValue).toArray()));
        List<List<RecordedNode>> ranks = new ArrayList<>();
        for (Trace trace : traces) {
            List<RecordedNode> nodes = new ArrayList<>();
            for (Node each : trace.nodes) {
                nodes.add(recorded(each, trace, members));
            }
            ranks.add(nodes);
        }
        List<String> notes = new ArrayList<>();
        if (withoutTime > 0) {
            notes.add("computations without duration_micros: " + withoutTime + "; they take no time here");
        }
        if (others > 0) {
            notes.add("nodes that neither compute nor communicate: " + others + "; they take no time here");
        }
        int[] hosts = new int[ranks.size()];
        Arrays.setAll(hosts, rank -> rank / ranksPerHost);
        return new RecordedJob(ranks, hosts, notes);
    }

    private static RecordedNode recorded(Node each, Trace trace, Map<String, int[]> members) {
        ChakraNode node = each.node;
        int[] after = node.dependencies().stream()
                .distinct()
                .mapToInt(id -> trace.places.getOrDefault(id, 0))
                .toArray();
        Operation operation = each.operation;
        if (operation == null) {
            boolean isComputation = node.type() == ChakraNode.COMPUTATION;
            return RecordedNode.computation(isComputation ? node.durationMicros() * NS_PER_US : 0, after, each.where);
        }
        long bytes = node.integers().getOrDefault("comm_size", 0L);
        if (operation == Operation.SEND || operation == Operation.RECEIVE) {
            String end = operation == Operation.SEND ? "comm_dst" : "comm_src";
            int peer = (int) (long) node.integers().getOrDefault(end, 0L);
            String tag = "p2p-" + node.integers().getOrDefault("comm_tag", 0L);
            return RecordedNode.message(operation, tag, peer, bytes, after, each.where);
        }
        int[] ranks = each.group.hasSize()
                ? IntStream.range(0, each.group.size()).toArray()
                : members.getOrDefault(each.group.name(), new int[0]);
        return RecordedNode.together(operation, each.group.name(), ranks, bytes, after, each.where);
    }
}

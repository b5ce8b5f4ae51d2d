package io.heliograph.collectives.planning.workload;

import io.heliograph.collectives.planning.recorded.RecordedJob;
import io.heliograph.collectives.planning.traffic.Group;
import io.heliograph.collectives.planning.traffic.Operation;
import io.heliograph.collectives.planning.traffic.VolumeCounter;
import io.heliograph.collectives.planning.traffic.VolumeRow;
import io.heliograph.collectives.planning.traffic.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a folder of Chakra execution traces, {@code PREFIX.RANK.et} for each rank from 0 on. What the traces hold counts as one iteration.
 *
 * <p>A collective is of the group that its attribute {@code pg_name} or {@code comm_group} names; without one, of all ranks (ASTRA-sim, Workload.cc), or of the dimensions that {@code involved_dim} lists.
 */
public final class ChakraTraces {
    private static final Pattern FILE = Pattern.compile("(.+)\\.([0-9]{1,7})\\.et");
    private static final int MOST_NODES = 20_000_000;
    /** By the schema's CollectiveCommType. */
    private static final List<Operation> COLLECTIVES = List.of(
            Operation.ALL_REDUCE,
            Operation.REDUCE,
            Operation.ALL_GATHER,
            Operation.GATHER,
            Operation.SCATTER,
            Operation.BROADCAST,
            Operation.ALL_TO_ALL,
            Operation.REDUCE_SCATTER,
            Operation.REDUCE_SCATTER,
            Operation.BARRIER);

    private final Map<Integer, Path> files = new TreeMap<>();

    private ChakraTraces() {}

    /**
     * Reads all traces of a folder.
     *
     * @throws WorkloadFormatException if a trace is broken or missing
     * @throws IOException if a file cannot be read
     */
    public static Volumes read(Path folder) throws IOException {
        return new ChakraTraces().readAll(folder);
    }

    /**
     * Reads the same as what each rank does: computations for as long as their nodes say, collectives of the ranks whose traces name the group, sends and receives by {@code comm_tag}, each behind the nodes that it depends on.
     *
     * @param ranks how many are meant; 0 for as many as there are traces
     * @param ranksPerHost ranks at each host
     * @throws WorkloadFormatException if a trace is broken or missing, or it cannot be known who takes part in a collective
     * @throws IOException if a file cannot be read
     */
    static RecordedJob readJob(Path folder, int ranks, int ranksPerHost) throws IOException {
        ChakraTraces traces = new ChakraTraces();
        traces.find(folder);
        if (ranks > 0 && ranks != traces.files.size()) {
            throw new WorkloadFormatException(
                    folder.toString(), "--ranks " + ranks + ": there are traces of " + traces.files.size());
        }
        ChakraRanks made = new ChakraRanks();
        for (Map.Entry<Integer, Path> each : traces.files.entrySet()) {
            made.begin();
            traces.readTrace(each.getValue(), made::add);
        }
        return made.job(ranksPerHost);
    }

    private Volumes readAll(Path folder) throws IOException {
        find(folder);
        List<List<VolumeRow>> ranks = new ArrayList<>();
        boolean any = false;
        for (Path file : files.values()) {
            List<VolumeRow> rows = readTrace(file, ChakraTraces::passOver);
            any |= !rows.isEmpty();
            ranks.add(rows);
        }
        if (!any) {
            throw new WorkloadFormatException(folder.toString(), "no trace has a node that communicates");
        }
        return new Volumes(Volumes.join("rank", ranks), List.of(), List.of());
    }

    private void find(Path folder) throws IOException {
        String prefix = "";
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.sorted().toList()) {
                String name = file.getFileName().toString();
                if (!name.endsWith(".et")) {
                    continue;
                }
                Matcher matcher = FILE.matcher(name);
                if (!matcher.matches()) {
                    throw new WorkloadFormatException(file.toString(), "not called PREFIX.RANK.et");
                }
                if (!prefix.isEmpty() && !prefix.equals(matcher.group(1))) {
                    throw new WorkloadFormatException(
                            file.toString(), "another job than the traces that begin with " + prefix);
                }
                prefix = matcher.group(1);
                int rank = Integer.parseInt(matcher.group(2));
                Path before = files.put(rank, file);
                if (before != null) {
                    throw new WorkloadFormatException(file.toString(), "the same rank as " + before.getFileName());
                }
            }
        }
        for (int rank = 0; rank < files.size(); rank++) {
            if (!files.containsKey(rank)) {
                throw new WorkloadFormatException(
                        folder.toString(), "the trace of rank " + rank + " is missing: " + prefix + "." + rank + ".et");
            }
        }
        if (files.isEmpty()) {
            throw new WorkloadFormatException(folder.toString(), "no Chakra trace: no file is called PREFIX.RANK.et");
        }
    }

    /** Is handed every node that was checked, and what it does; null if that is not communication. */
    private interface NodeTaker {
        void take(ChakraNode node, @Nullable Operation operation, Group group, String where) throws IOException;
    }

    private static void passOver(ChakraNode node, @Nullable Operation operation, Group group, String where) {
        // Counted alone.
    }

    private List<VolumeRow> readTrace(Path file, NodeTaker taker) throws IOException {
        VolumeCounter counter = new VolumeCounter();
        NodeGraph graph = new NodeGraph();
        try (ChakraReader reader = new ChakraReader(file)) {
            if (reader.next(ChakraNode::skipMetadata) == null) {
                throw new WorkloadFormatException(file.toString(), "the file is empty");
            }
            for (ChakraNode node = reader.next(ChakraNode::parse);
                    node != null;
                    node = reader.next(ChakraNode::parse)) {
                if (!graph.add(node.id(), node.dependencies())) {
                    throw reader.error("id=" + node.id() + " is there twice");
                }
                if (graph.size() > MOST_NODES) {
                    throw reader.error("more than " + MOST_NODES + " nodes");
                }
                take(node, reader, counter, taker);
            }
        }
        graph.refuseWhatCannotRun(file.toString());
        return counter.rows();
    }

    private void take(ChakraNode node, ChakraReader reader, VolumeCounter counter, NodeTaker taker) throws IOException {
        int type = node.type();
        if (type < 1 || type > ChakraNode.LAST_TYPE) {
            throw reader.error("node " + node.id() + ": unknown type=" + type);
        }
        if (type != ChakraNode.COLLECTIVE && type != ChakraNode.SEND && type != ChakraNode.RECEIVE) {
            taker.take(node, null, all(), reader.where());
            return;
        }
        Operation operation = switch (type) {
            case ChakraNode.SEND -> Operation.SEND;
            case ChakraNode.RECEIVE -> Operation.RECEIVE;
            default -> collective(node, reader);
        };
        long bytes = operation == Operation.BARRIER
                ? node.integers().getOrDefault("comm_size", 0L)
                : integer(node, "comm_size", reader);
        if (bytes < 0) {
            throw reader.error("node " + node.id() + ": comm_size=" + bytes + "; at least 0");
        }
        if (type != ChakraNode.COLLECTIVE) {
            checkPeer(node, type == ChakraNode.SEND ? "comm_dst" : "comm_src", reader);
        }
        Group group = group(node, operation);
        taker.take(node, operation, group, reader.where());
        try {
            counter.add(operation, group, bytes, 1);
        } catch (ArithmeticException e) {
            throw reader.error("bytes of such operations are more than 63 bits: comm_size=" + bytes);
        }
    }

    private static Operation collective(ChakraNode node, ChakraReader reader) throws WorkloadFormatException {
        long number = integer(node, "comm_type", reader);
        if (number < 0 || number >= COLLECTIVES.size()) {
            throw reader.error("node " + node.id() + ": unknown operation: comm_type=" + number);
        }
        return COLLECTIVES.get((int) number);
    }

    private static long integer(ChakraNode node, String name, ChakraReader reader) throws WorkloadFormatException {
        Long value = node.integers().get(name);
        if (value == null) {
            throw reader.error("node " + node.id() + " (" + TextLines.shown(node.name()) + "): attribute " + name
                    + " is missing, or no whole number");
        }
        return value;
    }

    private void checkPeer(ChakraNode node, String name, ChakraReader reader) throws WorkloadFormatException {
        long peer = integer(node, name, reader);
        if (peer < 0 || peer >= files.size()) {
            throw reader.error(
                    "node " + node.id() + ": " + name + "=" + peer + "; there are ranks 0 to " + (files.size() - 1));
        }
    }

    private Group group(ChakraNode node, Operation operation) {
        if (operation == Operation.SEND || operation == Operation.RECEIVE) {
            return new Group("pair", 2);
        }
        String name = node.texts().getOrDefault("pg_name", node.texts().getOrDefault("comm_group", ""));
        if (!name.isBlank()) {
            return new Group(name, Group.UNKNOWN_SIZE);
        }
        String dimensions = node.texts().getOrDefault(ChakraNode.DIMENSIONS, "");
        return dimensions.contains("0") ? new Group("dimensions " + dimensions, Group.UNKNOWN_SIZE) : all();
    }

    private Group all() {
        return new Group("all", files.size());
    }

    /** Which nodes wait for which; all ids and dependencies of a trace. */
    private static final class NodeGraph {
        private final Map<Long, List<Long>> dependencies = new HashMap<>();

        boolean add(long id, List<Long> on) {
            return dependencies.put(id, on) == null;
        }

        int size() {
            return dependencies.size();
        }

        /** A node that is waited for and missing, or that waits for itself in the end. */
        void refuseWhatCannotRun(String file) throws WorkloadFormatException {
            Map<Long, Integer> waiting = new HashMap<>();
            Map<Long, List<Long>> followers = new HashMap<>();
            List<Long> ready = new ArrayList<>();
            for (Map.Entry<Long, List<Long>> each : dependencies.entrySet()) {
                for (Long on : each.getValue()) {
                    if (!dependencies.containsKey(on)) {
                        throw new WorkloadFormatException(
                                file,
                                "node " + each.getKey() + " depends on node " + on + ", which is not in the trace");
                    }
                    followers.computeIfAbsent(on, key -> new ArrayList<>()).add(each.getKey());
                }
                waiting.put(each.getKey(), each.getValue().size());
                if (each.getValue().isEmpty()) {
                    ready.add(each.getKey());
                }
            }
            int done = 0;
            while (!ready.isEmpty()) {
                Long next = ready.removeLast();
                done++;
                for (Long follower : followers.getOrDefault(next, List.of())) {
                    if (waiting.merge(follower, -1, Integer::sum) == 0) {
                        ready.add(follower);
                    }
                }
            }
            if (done < dependencies.size()) {
                throw new WorkloadFormatException(
                        file,
                        (dependencies.size() - done) + " nodes wait for each other in a circle, or for one that does");
            }
        }
    }
}

package io.heliograph.collectives.planning.rates;

import io.heliograph.collectives.planning.recorded.RecordedJob;
import io.heliograph.collectives.planning.recorded.RecordedNode;
import io.heliograph.collectives.planning.traffic.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parts a recorded iteration into slots. Where ranks are in step neighbouring operations of the same groups are one slot, an all-to-all has a slot for each rotation, and what ranks compute in front of a slot belongs to it, one after another as if nothing overlapped. Otherwise, or if there would be more slots than a table has phases for,
 * all of it is one slot.
 */
final class RecordedSlots {
    private final RecordedJob job;
    private final List<Slot> slots = new ArrayList<>();
    private int[] numbers = {};
    private String note = "";

    RecordedSlots(RecordedJob job) {
        this.job = job;
        if (!job.isInStep()) {
            note = "ranks do different things at a time: all of it is one slot";
            addAllAsOne();
            return;
        }
        addRuns();
        if (slots.size() > JobSlots.MOST_SLOTS) {
            note = "slots=" + slots.size() + " are more than a table has phases for: all of it is one slot";
            slots.clear();
            numbers = new int[0];
            addAllAsOne();
        }
    }

    List<Slot> slots() {
        return slots;
    }

    SlotNumbers numbers() {
        return new SlotNumbers(numbers, Map.of());
    }

    /** What is to be said of the slots; empty if nothing. */
    String note() {
        return note;
    }

    private static boolean sends(RecordedNode node) {
        return node.isOfAGroup() && node.members().length > 1 && node.bytes() > 0;
    }

    private static boolean isSameRun(RecordedNode one, RecordedNode other) {
        return one.operation() != Operation.ALL_TO_ALL
                && one.operation() == other.operation()
                && one.group().equals(other.group())
                && one.members().length == other.members().length;
    }

    private void addRuns() {
        List<RecordedNode> nodes = job.ranks().getFirst();
        numbers = new int[nodes.size()];
        int runFrom = -1;
        int last = -1;
        long computeNs = 0;
        for (int place = 0; place < nodes.size(); place++) {
            RecordedNode node = nodes.get(place);
            if (sends(node)) {
                if (runFrom >= 0 && !isSameRun(nodes.get(runFrom), node)) {
                    // What was computed since belongs to what comes now.
                    addRun(runFrom, last + 1, computeNs - sinceNs(last + 1, place));
                    computeNs = sinceNs(last + 1, place);
                    runFrom = -1;
                }
                runFrom = runFrom < 0 ? place : runFrom;
                last = place;
            }
            computeNs += node.computeNs();
            numbers[place] = slots.size();
        }
        long restNs = computeNs;
        if (runFrom >= 0) {
            restNs = sinceNs(last + 1, nodes.size());
            addRun(runFrom, last + 1, computeNs - restNs);
        }
        if (restNs > 0) {
            slots.add(Slot.computation("rest", restNs));
        }
        // Nodes behind the last slot that sends have it.
        for (int place = 0; place < numbers.length; place++) {
            numbers[place] = Math.min(numbers[place], slots.size() - 1);
        }
    }

    private long sinceNs(int from, int to) {
        long ns = 0;
        for (int place = from; place < to; place++) {
            ns += job.ranks().getFirst().get(place).computeNs();
        }
        return ns;
    }

    private void addRun(int from, int to, long computeNs) {
        RecordedNode first = job.ranks().getFirst().get(from);
        String label = label(first) + ", from " + first.where() + " on";
        int ranks = first.members().length;
        if (first.operation() == Operation.ALL_TO_ALL) {
            for (int distance = 1; distance < ranks; distance++) {
                Map<Flow, Double> flows = new LinkedHashMap<>();
                for (int[] hosts : groups(from)) {
                    GroupFlows.rotation(hosts, distance, (double) first.bytes() / ranks, flows);
                }
                slots.add(new Slot(
                        label + ", rotation " + distance,
                        distance == 1 ? computeNs : 0,
                        flows,
                        new Slot.Shape(1, 1, (double) first.bytes() / ranks, Slot.Overlap.NONE)));
            }
            return;
        }
        Map<Flow, Double> flows = new LinkedHashMap<>();
        long count = 0;
        double bytes = 0;
        for (int place = from; place < to; place++) {
            RecordedNode node = job.ranks().getFirst().get(place);
            if (sends(node)) {
                count++;
                bytes += node.bytes();
            }
        }
        for (int[] hosts : groups(from)) {
            add(first, hosts, bytes, flows);
        }
        slots.add(new Slot(
                label,
                computeNs,
                flows,
                new Slot.Shape(
                        count, count * rounds(first), roundBytes(first, (long) (bytes / count)), Slot.Overlap.NONE)));
    }

    private static String label(RecordedNode node) {
        return (node.operation() == null ? "computation" : node.operation().label()) + " " + node.group();
    }

    private static int rounds(RecordedNode node) {
        return node.operation() == null ? 0 : GroupRounds.of(node.operation(), node.members().length);
    }

    private static double roundBytes(RecordedNode node, long bytes) {
        return node.operation() == null ? 0 : GroupRounds.bytes(node.operation(), node.members().length, bytes);
    }

    private static void add(RecordedNode node, int[] hosts, double bytes, Map<Flow, Double> to) {
        if (node.operation() != null) {
            try {
                GroupFlows.add(node.operation(), hosts, bytes, to);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(node.where() + ": " + e.getMessage(), e);
            }
        }
    }

    /** The hosts of each group whose ranks have its node at a place. */
    private List<int[]> groups(int place) {
        Set<Integer> firsts = new LinkedHashSet<>();
        List<int[]> groups = new ArrayList<>();
        for (List<RecordedNode> nodes : job.ranks()) {
            int[] members = nodes.get(place).members();
            if (firsts.add(members[0])) {
                groups.add(hosts(members));
            }
        }
        return groups;
    }

    private int[] hosts(int[] members) {
        int[] hosts = new int[members.length];
        for (int i = 0; i < hosts.length; i++) {
            hosts[i] = job.hosts()[members[i]];
        }
        return hosts;
    }

    private void addAllAsOne() {
        Map<Flow, Double> flows = new LinkedHashMap<>();
        long computeNs = 0;
        long rounds = 0;
        double bytesOfRounds = 0;
        for (int rank = 0; rank < job.ranks().size(); rank++) {
            long ownNs = 0;
            long ownRounds = 0;
            double ownBytes = 0;
            for (RecordedNode node : job.ranks().get(rank)) {
                ownNs += node.computeNs();
                if (node.operation() == Operation.SEND) {
                    GroupFlows.add(job.hosts()[rank], job.hosts()[node.peer()], (double) node.bytes(), flows);
                    ownRounds++;
                    ownBytes += node.bytes();
                } else if (sends(node)) {
                    if (node.members()[0] == rank) {
                        add(node, hosts(node.members()), (double) node.bytes(), flows);
                    }
                    ownRounds += rounds(node);
                    ownBytes += rounds(node) * roundBytes(node, node.bytes());
                }
            }
            computeNs = Math.max(computeNs, ownNs);
            bytesOfRounds = ownRounds > rounds ? ownBytes : bytesOfRounds;
            rounds = Math.max(rounds, ownRounds);
        }
        double each = bytesOfRounds / Math.max(1, rounds);
        slots.add(new Slot("all", computeNs, flows, new Slot.Shape(1, rounds, each, Slot.Overlap.NONE, true)));
    }
}

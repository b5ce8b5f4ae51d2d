package io.heliograph.collectives.planning.workload;

import io.heliograph.collectives.planning.recorded.RecordedJob;
import io.heliograph.collectives.planning.recorded.RecordedNode;
import io.heliograph.collectives.planning.traffic.Group;
import io.heliograph.collectives.planning.traffic.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what every rank of a job does, all the same, one after another, and makes it that of each rank with its own groups. */
final class SequenceRanks {
    private static final int FIRST = -1;
    /** More than anybody's iteration has. */
    private static final int MOST = 5_000_000;

    private final List<Entry> entries = new ArrayList<>();
    private int last = FIRST;
    private boolean tooMany;

    private record Entry(@Nullable Operation operation, Group group, long bytes, long ns, int after, String where) {}

    /** Made empty. */
    SequenceRanks() {}

    /** Computation behind all before. */
    void compute(long ns, String where) {
        if (ns > 0) {
            entries.add(new Entry(null, new Group("all", 1), 0, ns, last, where));
            last = entries.size() - 1;
        }
    }

    /** Operations behind all before, one behind the other, for which what comes behind waits. */
    void then(Operation operation, Group group, long bytes, long count, String where) {
        tooMany |= count > MOST - entries.size();
        for (long i = 0; i < count && !tooMany; i++) {
            begin(operation, group, bytes, where);
            last = entries.size() - 1;
        }
    }

    /** The same, for which nothing waits but the next of its group. */
    void begin(Operation operation, Group group, long bytes, String where) {
        entries.add(new Entry(operation, group, bytes, 0, last, where));
    }

    /** What comes next waits for an operation that was begun, the how manieth entry. */
    void waitFor(int entry) {
        last = entry;
    }

    /** Number of the entry that was added last. */
    int lastEntry() {
        return entries.size() - 1;
    }

    /**
     * What each rank does.
     *
     * @param ranks all of them
     * @throws WorkloadFormatException if groups have other sizes than they can have, or none are known, with the line
     */
    RecordedJob job(int ranks, int ranksPerHost, List<String> notes) throws WorkloadFormatException {
        if (tooMany || (long) entries.size() * ranks > MOST) {
            throw new WorkloadFormatException(
                    entries.isEmpty() ? "sequence" : entries.getFirst().where,
                    "operations and computations of all ranks are more than " + MOST);
        }
        GroupLayout layout = layout(ranks);
        List<List<RecordedNode>> all = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            List<RecordedNode> nodes = new ArrayList<>();
            for (Entry entry : entries) {
                int[] after = entry.after == FIRST ? new int[0] : new int[] {entry.after};
                nodes.add(
                        entry.operation == null
                                ? RecordedNode.computation(entry.ns, after, entry.where)
                                : together(entry.operation, entry, layout, rank, after));
            }
            all.add(nodes);
        }
        int[] hosts = new int[ranks];
        Arrays.setAll(hosts, rank -> rank / ranksPerHost);
        return new RecordedJob(all, hosts, notes);
    }

    private static RecordedNode together(Operation operation, Entry entry, GroupLayout layout, int rank, int[] after)
            throws WorkloadFormatException {
        Group group = entry.group;
        if (operation == Operation.SEND || operation == Operation.RECEIVE) {
            throw new WorkloadFormatException(
                    entry.where,
                    operation.label() + " of group " + group.name()
                            + ": which rank is at the other end cannot be known here; a job file can say it");
        }
        int[] members;
        try {
            members = layout.of(group.name(), rank);
        } catch (IllegalArgumentException e) {
            throw new WorkloadFormatException(entry.where, String.valueOf(e.getMessage()), e);
        }
        if (group.hasSize() && members.length != group.size()) {
            throw new WorkloadFormatException(
                    entry.where,
                    "group " + group.name() + " of " + group.size() + " ranks; " + layout.ranks() + " ranks with tp="
                            + layout.tensor() + " and ep=" + layout.expert() + " make groups of " + members.length);
        }
        return RecordedNode.together(operation, group.name(), members, entry.bytes, after, entry.where);
    }

    /** By the first group of each kind. */
    private GroupLayout layout(int ranks) throws WorkloadFormatException {
        int tensor = size("tp");
        int expert = size("ep");
        try {
            return new GroupLayout(ranks, tensor, expert);
        } catch (IllegalArgumentException e) {
            String where = entries.isEmpty() ? "" : entries.getFirst().where;
            throw new WorkloadFormatException(where, String.valueOf(e.getMessage()), e);
        }
    }

    private int size(String name) throws WorkloadFormatException {
        for (Entry entry : entries) {
            if (entry.operation != null && entry.group.name().equals(name)) {
                if (!entry.group.hasSize()) {
                    throw new WorkloadFormatException(
                            entry.where, "the size of group " + name + " is missing: its ranks cannot be known");
                }
                return entry.group.size();
            }
        }
        return 1;
    }
}

package io.heliograph.collectives.planning.recorded;

import java.util.List;

/**
 * What all ranks do in one iteration.
 *
 * @param ranks by number, what each does in the order of its record
 * @param hosts of each rank
 * @param notes what the record leaves open, a sentence each
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RecordedJob(List<List<RecordedNode>> ranks, int[] hosts, List<String> notes) {
    /** Takes over copies. */
    public RecordedJob {
        ranks = List.copyOf(ranks);
        notes = List.copyOf(notes);
        if (hosts.length != ranks.size()) {
            throw new IllegalArgumentException("hosts=" + hosts.length + " ranks=" + ranks.size());
        }
    }

    /** Whether all ranks do the same at the same place, each with its own groups, and nobody sends to one other alone. */
    public boolean isInStep() {
        List<RecordedNode> first = ranks.getFirst();
        for (List<RecordedNode> each : ranks) {
            if (each.size() != first.size()) {
                return false;
            }
            for (int place = 0; place < first.size(); place++) {
                if (!isSame(first.get(place), each.get(place))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isSame(RecordedNode one, RecordedNode other) {
        return one.operation() == other.operation()
                && (one.operation() == null || one.isOfAGroup())
                && one.group().equals(other.group())
                && one.members().length == other.members().length
                && one.bytes() == other.bytes()
                && one.computeNs() == other.computeNs();
    }
}

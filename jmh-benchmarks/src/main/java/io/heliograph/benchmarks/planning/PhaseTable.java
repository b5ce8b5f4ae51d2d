package io.heliograph.benchmarks.planning;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.collectives.planning.phases.MatchingPhase;
import io.heliograph.collectives.planning.phases.TrafficMatrix;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;

/** What {@code helio plan --phases} says of an uneven all-to-all: its phases, and how long they are beside what nobody can do better. */
final class PhaseTable {
    private static final int MOST_ROWS = 100;

    private PhaseTable() {}

    static void print(PrintWriter out, TrafficMatrix matrix, List<MatchingPhase> phases) {
        Table table = new Table(
                out,
                new Column("phase", "%d", 7),
                new Column("length[B]", "%d", 16),
                new Column("pairs", "%d", 7),
                new Column("carries[B]", "%d", 18),
                new Column("idle[%]", "%.2f", 9));
        table.printTitles();
        for (int number = 0; number < Math.min(MOST_ROWS, phases.size()); number++) {
            MatchingPhase phase = phases.get(number);
            long carried = Arrays.stream(phase.bytes()).sum();
            table.printRow(
                    number,
                    phase.lengthBytes(),
                    pairs(phase),
                    carried,
                    100 - 100.0 * carried / ((double) phase.lengthBytes() * matrix.ranks()));
        }
        if (phases.size() > MOST_ROWS) {
            out.printf("and %d more; the JSON has all%n", phases.size() - MOST_ROWS);
        }
        out.printf(
                "%d phases of %d bytes together; nobody can do better than %d, the most that a rank sends or receives%n",
                phases.size(), length(phases), matrix.greatestSum());
        out.flush();
    }

    private static long pairs(MatchingPhase phase) {
        return Arrays.stream(phase.to())
                .filter(to -> to != MatchingPhase.NOBODY)
                .count();
    }

    private static long length(List<MatchingPhase> phases) {
        return phases.stream().mapToLong(MatchingPhase::lengthBytes).sum();
    }

    /** Whether the phases carry the matrix, to the byte, and nobody sends or receives twice in one. */
    static boolean isWhole(TrafficMatrix matrix, List<MatchingPhase> phases) {
        long[][] left = new long[matrix.ranks()][matrix.ranks()];
        for (int from = 0; from < left.length; from++) {
            for (int to = 0; to < left.length; to++) {
                left[from][to] = matrix.bytes(from, to);
            }
        }
        for (MatchingPhase phase : phases) {
            boolean[] receives = new boolean[left.length];
            for (int from = 0; from < left.length; from++) {
                int to = phase.to()[from];
                if (to != MatchingPhase.NOBODY) {
                    if (receives[to] || phase.bytes()[from] > phase.lengthBytes()) {
                        return false;
                    }
                    receives[to] = true;
                    left[from][to] -= phase.bytes()[from];
                }
            }
        }
        return Arrays.stream(left).flatMapToLong(Arrays::stream).allMatch(bytes -> bytes == 0);
    }

    /** A row for each phase, with whom each rank sends to (-1: nobody) and how much. */
    static void fill(RunReport report, TrafficMatrix matrix, List<MatchingPhase> phases) {
        report.document().put("leastBytes", matrix.greatestSum()).put("lengthBytes", length(phases));
        for (MatchingPhase phase : phases) {
            ObjectNode row = report.addResult();
            row.put("lengthBytes", phase.lengthBytes());
            ArrayNode to = row.putArray("to");
            Arrays.stream(phase.to()).forEach(to::add);
            ArrayNode bytes = row.putArray("bytes");
            Arrays.stream(phase.bytes()).forEach(bytes::add);
        }
    }
}

package io.heliograph.collectives.planning.phases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Parts a traffic matrix into phases by Birkhoff's theorem ("Three observations on linear algebra", 1946; von Neumann 1953): filled up so that all rows and columns have the greatest sum, it is a sum of permutations. All phases together last as long as that sum says, which nobody can do better, and there are at
 * most n^2 - 2 n + 2 of them (Marcus and Ree, 1959).
 *
 * <p>Each permutation is taken over cells that are as large as a power of two allows, the largest first, so that few long phases carry most (as Solstice does: Liu et al., CoNEXT 2015).
 */
public final class BirkhoffPhases {
    private final TrafficMatrix matrix;
    /** What is not sent yet. */
    private final long[][] left;
    /** The same and what it was filled up with. */
    private final long[][] cells;

    private BirkhoffPhases(TrafficMatrix matrix) {
        this.matrix = matrix;
        int ranks = matrix.ranks();
        left = new long[ranks][ranks];
        for (int from = 0; from < ranks; from++) {
            for (int to = 0; to < ranks; to++) {
                left[from][to] = matrix.bytes(from, to);
            }
        }
        cells = filled();
    }

    /** The phases of a matrix; none if nothing is sent. */
    public static List<MatchingPhase> of(TrafficMatrix matrix) {
        return new BirkhoffPhases(matrix).part();
    }

    /** Adds to the rows and columns that have less than the greatest sum, from one corner to the other: at most 2 n - 1 cells. */
    private long[][] filled() {
        int ranks = matrix.ranks();
        long[][] whole = new long[ranks][];
        Arrays.setAll(whole, row -> left[row].clone());
        long sum = matrix.greatestSum();
        long inRow = sum - matrix.sent(0);
        long inColumn = sum - matrix.received(0);
        int row = 0;
        int column = 0;
        while (row < ranks && column < ranks) {
            long more = Math.min(inRow, inColumn);
            whole[row][column] += more;
            inRow -= more;
            inColumn -= more;
            if (inRow == 0 && ++row < ranks) {
                inRow = sum - matrix.sent(row);
            } else if (inRow > 0 && ++column < ranks) {
                inColumn = sum - matrix.received(column);
            }
        }
        return whole;
    }

    private List<MatchingPhase> part() {
        List<MatchingPhase> phases = new ArrayList<>();
        Matching matching = new Matching(cells);
        long open = matrix.greatestSum();
        long least = Math.max(1, Long.highestOneBit(open));
        while (open > 0) {
            // With cells of one byte it is there by Birkhoff's theorem.
            if (matching.complete(least)) {
                MatchingPhase phase = take(matching);
                phases.add(phase);
                open -= phase.lengthBytes();
            } else if (least == 1) {
                throw new IllegalStateException("no permutation is left, but bytes are: " + open);
            } else {
                least /= 2;
            }
        }
        return phases;
    }

    private MatchingPhase take(Matching matching) {
        int ranks = cells.length;
        long length = Long.MAX_VALUE;
        for (int row = 0; row < ranks; row++) {
            length = Math.min(length, cells[row][matching.column(row)]);
        }
        int[] to = new int[ranks];
        long[] bytes = new long[ranks];
        for (int row = 0; row < ranks; row++) {
            int column = matching.column(row);
            cells[row][column] -= length;
            bytes[row] = Math.min(length, left[row][column]);
            left[row][column] -= bytes[row];
            to[row] = bytes[row] > 0 ? column : MatchingPhase.NOBODY;
        }
        return new MatchingPhase(length, to, bytes);
    }

    /**
     * The same traffic in fewer phases: what short ones carry goes into longer ones that have the same sender and receiver, which last longer by that. A short phase of which some pair has no longer one stays.
     *
     * @param leastBytes phases that are shorter are cut
     */
    public static List<MatchingPhase> withoutShort(List<MatchingPhase> phases, long leastBytes) {
        List<MatchingPhase> kept = new ArrayList<>(phases.stream()
                .sorted(Comparator.comparingLong((MatchingPhase phase) -> -phase.lengthBytes()))
                .toList());
        for (int last = kept.size() - 1; last > 0 && kept.get(last).lengthBytes() < leastBytes; last--) {
            int[] places = places(kept, last);
            if (places.length > 0) {
                move(kept, last, places);
            }
        }
        return kept;
    }

    /** Where each sender of a phase sends to the same receiver in an earlier one; empty if one does nowhere. */
    private static int[] places(List<MatchingPhase> phases, int number) {
        MatchingPhase phase = phases.get(number);
        int[] places = new int[phase.to().length];
        for (int from = 0; from < places.length; from++) {
            places[from] = -1;
            for (int i = 0; i < number && places[from] < 0 && phase.bytes()[from] > 0; i++) {
                places[from] = phases.get(i).to()[from] == phase.to()[from] ? i : -1;
            }
            if (places[from] < 0 && phase.bytes()[from] > 0) {
                return new int[0];
            }
        }
        return places;
    }

    private static void move(List<MatchingPhase> phases, int number, int[] places) {
        MatchingPhase phase = phases.remove(number);
        for (int from = 0; from < places.length; from++) {
            if (phase.bytes()[from] > 0) {
                MatchingPhase old = phases.get(places[from]);
                long[] bytes = old.bytes().clone();
                bytes[from] += phase.bytes()[from];
                phases.set(places[from], new MatchingPhase(Math.max(old.lengthBytes(), bytes[from]), old.to(), bytes));
            }
        }
    }
}

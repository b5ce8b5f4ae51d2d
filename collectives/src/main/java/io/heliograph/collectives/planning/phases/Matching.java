package io.heliograph.collectives.planning.phases;

import java.util.Arrays;

/** A perfect matching of rows and columns over cells of at least some size, by augmenting paths (Kuhn 1955); one that exists already is mended, not made anew. */
final class Matching {
    private static final int NONE = -1;

    private final long[][] cells;
    private final int[] columnOf;
    private final int[] rowOf;
    private final boolean[] seen;

    /** None so far; looks at the cells as they are when it is asked. */
    Matching(long[][] cells) {
        this.cells = cells;
        columnOf = new int[cells.length];
        rowOf = new int[cells.length];
        seen = new boolean[cells.length];
        Arrays.fill(columnOf, NONE);
        Arrays.fill(rowOf, NONE);
    }

    /** Whether there is a perfect one over cells of at least a size; it is this one then. */
    boolean complete(long least) {
        for (int row = 0; row < columnOf.length; row++) {
            if (columnOf[row] != NONE && cells[row][columnOf[row]] < least) {
                rowOf[columnOf[row]] = NONE;
                columnOf[row] = NONE;
            }
        }
        for (int row = 0; row < columnOf.length; row++) {
            if (columnOf[row] == NONE) {
                Arrays.fill(seen, false);
                if (!augment(row, least)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean augment(int row, long least) {
        for (int column = 0; column < columnOf.length; column++) {
            if (cells[row][column] >= least && !seen[column]) {
                seen[column] = true;
                if (rowOf[column] == NONE || augment(rowOf[column], least)) {
                    rowOf[column] = row;
                    columnOf[row] = column;
                    return true;
                }
            }
        }
        return false;
    }

    int column(int row) {
        return columnOf[row];
    }
}

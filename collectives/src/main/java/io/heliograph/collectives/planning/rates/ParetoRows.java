package io.heliograph.collectives.planning.rates;

import java.util.ArrayList;
import java.util.List;

/** The left sides of constraints that bound the same thing; those that another implies are left out. Of the many links of a symmetric fabric few are left. */
final class ParetoRows {
    private final List<double[]> rows = new ArrayList<>();

    /** Adds a row of coefficients, none below 0; it is not copied. */
    void add(double[] row) {
        for (double[] other : rows) {
            if (isImplied(row, other)) {
                return;
            }
        }
        rows.removeIf(other -> isImplied(other, row));
        rows.add(row);
    }

    private static boolean isImplied(double[] row, double[] by) {
        for (int i = 0; i < row.length; i++) {
            if (row[i] > by[i]) {
                return false;
            }
        }
        return true;
    }

    List<double[]> rows() {
        return rows;
    }
}

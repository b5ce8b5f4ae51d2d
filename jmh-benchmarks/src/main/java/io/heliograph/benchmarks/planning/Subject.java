package io.heliograph.benchmarks.planning;

import io.heliograph.benchmarks.planning.PlanMethod.Planned;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.collectives.planning.rates.FabricRoutes;
import io.heliograph.collectives.planning.rates.Margins;
import java.io.PrintWriter;

/** What can be scheduled on a fabric: something that says what is sent. */
interface Subject {
    /** What people call it. */
    String name();

    /** Prints what is sent. */
    void print(PrintWriter out);

    /** Adds a row for each line of that. */
    void fill(RunReport report);

    /** Whether what is to be scheduled is what was asked for. */
    default boolean isWhole() {
        return true;
    }

    /**
     * Rates for it.
     *
     * @throws IllegalArgumentException if there are none on this fabric, with the reason
     */
    Planned plan(PlanMethod method, FabricRoutes fabric, Margins margins);
}

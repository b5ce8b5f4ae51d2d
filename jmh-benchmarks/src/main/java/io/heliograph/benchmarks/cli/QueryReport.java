package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.offload.QueryPlan;
import io.heliograph.benchmarks.offload.QueryResult;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import java.io.PrintWriter;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What asking by packets came to: as tables, as a row of the report, and what was wrong with it.
 *
 * @param result what the client found
 * @param plan what was asked
 * @param labelled whether the images have labels
 * @param checked whether answers were held against the integer semantics
 */
record QueryReport(QueryResult result, QueryPlan plan, boolean labelled, boolean checked) {

    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

    /** The least share of a rate that must have been kept. */
    private static final double RATE_KEPT = 0.95;

    /** What was not as it should be, in a sentence, or null. */
    @Nullable
    String complaint() {
        if (result.wrong() > 0) {
            return result.wrong() + " answers are not those of the integer semantics";
        }
        if (result.errors() > 0) {
            return result.errors() + " queries were answered with an error";
        }
        if (result.lost() > 0) {
            return result.lost() + " queries were not answered within the timeout";
        }
        if (result.results() == 0) {
            return "no query was answered with a result";
        }
        if (plan.ratePerSecond() > 0 && result.sentPerSecond() < RATE_KEPT * plan.ratePerSecond()) {
            return "the rate was not kept: queries left at " + Math.round(result.sentPerSecond())
                    + " a second; latency counts from when they were due";
        }
        return null;
    }

    /** Prints the tables. */
    void print(PrintWriter out) {
        out.println("emulated time and energy, of a query");
        Table emulated = new Table(
                out,
                new Column("overall", "%d", 9),
                new Column("compute", "%d", 9),
                new Column("datapath", "%d", 9),
                new Column("emulated[us]", "%.3f", 13),
                new Column("energy[uJ]", "%.3f", 11));
        emulated.printTitles();
        emulated.printRow(
                result.overallCycles(),
                result.computeCycles(),
                result.overallCycles() - result.computeCycles(),
                result.emulatedUs(),
                result.energyPicojoules() == 0 ? (Object) "-" : result.energyMicrojoules());
        out.println();
        out.println("wall time, from when a query was due to its answer");
        Table wall = new Table(
                out,
                new Column("#queries", "%d", 9),
                new Column("#results", "%d", 9),
                Column.of("#busy", "%d"),
                Column.of("#errors", "%d"),
                Column.of("#lost", "%d"),
                Column.of("results/s", "%.0f"),
                Column.of("t_50[usec]", "%.1f"),
                Column.of("t_90[usec]", "%.1f"),
                Column.of("t_99[usec]", "%.1f"),
                Column.of("t_99.9[usec]", "%.1f"),
                Column.of("t_99.99[usec]", "%.1f"),
                Column.of("t_max[usec]", "%.1f"),
                Column.of("Heap[B/query]", "%.3f"),
                Column.of("accuracy[%]", "%.2f"),
                Column.of("#wrong", "%d"));
        wall.printTitles();
        wall.printRow(
                result.queries(),
                result.results(),
                result.busy(),
                result.errors(),
                result.lost(),
                result.resultsPerSecond(),
                result.percentileUs(PERCENTILES[0]),
                result.percentileUs(PERCENTILES[1]),
                result.percentileUs(PERCENTILES[2]),
                result.percentileUs(PERCENTILES[3]),
                result.percentileUs(PERCENTILES[4]),
                result.mostUs(),
                result.heapBytesPerQuery(),
                labelled ? (Object) accuracy() : "-",
                checked ? (Object) result.wrong() : "-");
    }

    private double accuracy() {
        return result.right() * 100.0 / Math.max(1, result.results());
    }

    /** Adds a row. */
    void add(RunReport report) {
        Histogram latency = result.latencyNs();
        var row = report.addResult()
                .put("queries", result.queries())
                .put("results", result.results())
                .put("busy", result.busy())
                .put("errors", result.errors())
                .put("lost", result.lost())
                .put("emulatedOverallCycles", result.overallCycles())
                .put("emulatedComputeCycles", result.computeCycles())
                .put("emulatedDatapathCycles", result.overallCycles() - result.computeCycles())
                .put("emulatedMicrosecondsPerQuery", result.emulatedUs())
                .put("elapsedNs", result.elapsedNs())
                .put("sentPerSecond", result.sentPerSecond())
                .put("resultsPerWallSecond", result.resultsPerSecond())
                .put("t50Us", result.percentileUs(PERCENTILES[0]))
                .put("t90Us", result.percentileUs(PERCENTILES[1]))
                .put("t99Us", result.percentileUs(PERCENTILES[2]))
                .put("t99_9Us", result.percentileUs(PERCENTILES[3]))
                .put("t99_99Us", result.percentileUs(PERCENTILES[4]))
                .put("tMaxUs", result.mostUs())
                .put("samples", latency.getTotalCount())
                .put("heapBytesPerQuery", result.heapBytesPerQuery());
        if (result.energyPicojoules() > 0) {
            row.put("energyMicrojoulesPerQuery", result.energyMicrojoules());
        }
        if (labelled) {
            row.put("right", result.right()).put("accuracyPercent", accuracy());
        }
        if (checked) {
            row.put("wrong", result.wrong());
        }
    }
}

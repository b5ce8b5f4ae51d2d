package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.report.RunReport;
import java.io.PrintWriter;

/**
 * Where an end of a run tells its results.
 *
 * @param out tables
 * @param report one object a row
 */
record Output(PrintWriter out, RunReport report) {}

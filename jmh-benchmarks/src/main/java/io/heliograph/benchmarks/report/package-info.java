/**
 * How results reach people and programs: tables as the field's tools print them, and one JSON document for each run with a
 * schema version and the environment.
 *
 * <p>Called by the commands; the cold path.
 */
@NullMarked
package io.heliograph.benchmarks.report;

import org.jspecify.annotations.NullMarked;

/**
 * {@code helio arbiter}: how many slots a second the central controller of {@code io.heliograph.collectives.planning.controller} gives out, and one that serves the processes of this machine.
 *
 * <p>Called by the command line, on its thread.
 */
@NullMarked
package io.heliograph.benchmarks.arbiter;

import org.jspecify.annotations.NullMarked;

/**
 * The command line that users type, {@code helio}: one class for each command, flags and columns as the field's own
 * tools have them.
 *
 * <p>Called by the launchers in {@code scripts/}; everything here is the cold path.
 */
@NullMarked
package io.heliograph.benchmarks.cli;

import org.jspecify.annotations.NullMarked;

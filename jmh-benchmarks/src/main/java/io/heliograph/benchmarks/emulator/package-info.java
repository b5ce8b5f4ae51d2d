/**
 * The commands of {@code helio} that have to do with the emulated device and fabric; thin, what they do is in the module ainic-emulator.
 *
 * <p>Called by the command line, on its thread.
 */
@NullMarked
package io.heliograph.benchmarks.emulator;

import org.jspecify.annotations.NullMarked;

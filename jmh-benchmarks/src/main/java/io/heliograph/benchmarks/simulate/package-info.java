/**
 * Runs many simulated scenarios on several threads until one fails or enough are done: what {@code helio simulate} does.
 *
 * <p>Called by the command; each thread has a simulation of its own.
 */
@NullMarked
package io.heliograph.benchmarks.simulate;

import org.jspecify.annotations.NullMarked;

/**
 * Measurements: JMH benchmarks and the rigs that compare Heliograph with its peers in the same run.
 *
 * <p>Called by people, from the command line, and by JMH's forks.
 */
@NullMarked
package io.heliograph.benchmarks;

import org.jspecify.annotations.NullMarked;

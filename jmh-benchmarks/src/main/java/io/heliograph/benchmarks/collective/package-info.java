/**
 * Collectives on the command line: {@code helio launch} starts the ranks of a job on this machine, {@code helio allreduce} and its like measure one collective as nccl-tests does.
 *
 * <p>Called by {@code helio}; the cold path, but for the loop of {@link io.heliograph.benchmarks.collective.Measurement}.
 */
@NullMarked
package io.heliograph.benchmarks.collective;

import org.jspecify.annotations.NullMarked;

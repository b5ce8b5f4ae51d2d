/**
 * Data-parallel training on the command line: {@code helio train} trains a network with DJL and its PyTorch engine, one process a rank, and averages gradients by {@code io.heliograph.collectives}.
 *
 * <p>It is here and not in {@code collectives}, because who links the collectives shall not get 120 MB of PyTorch with them; and only DJL's API, 1 MB, is needed to compile it. The engine is no dependency of this module either: {@code jmh-benchmarks/djl} lists its
 * artifacts, and {@code scripts/helio train} has Maven fetch them when it is first used. What a framework does with a {@link io.heliograph.collectives.Communicator} is in {@link io.heliograph.benchmarks.train.GradientAverage} and
 * {@link io.heliograph.benchmarks.train.Replica}; the picture is in {@code collectives/COLLECTIVES.md}.
 *
 * <p>Called by {@code helio}, on one thread a process.
 */
@NullMarked
package io.heliograph.benchmarks.train;

import org.jspecify.annotations.NullMarked;

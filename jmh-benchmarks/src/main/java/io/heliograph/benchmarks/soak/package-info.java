/**
 * The soak behind {@code helio soak}: mixed traffic in both directions between two processes, for as long as one likes, whose every byte,
 * immediate and completion is checked, and whose memory and garbage collections are watched.
 *
 * <p>{@link io.heliograph.benchmarks.soak.Soak} starts two ends as processes of their own and reads the samples that they write; an end
 * is a {@link io.heliograph.benchmarks.soak.SoakEnd}, which belongs to the thread that runs it, and a {@link
 * io.heliograph.benchmarks.soak.Sampler} on a thread beside it. What is sent follows from a seed, so that the receiver knows what must
 * arrive without being told.
 */
@NullMarked
package io.heliograph.benchmarks.soak;

import org.jspecify.annotations.NullMarked;

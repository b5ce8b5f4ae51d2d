/**
 * The tour that {@code scripts/run} takes a newcomer on: pairs of {@code helio} processes move a file and measure
 * latency over one kind of port after the other, and one table says how it went.
 *
 * <p>Called by {@code helio tour}. It measures nothing itself: it merges the JSON reports of its children.
 */
@NullMarked
package io.heliograph.benchmarks.tour;

import org.jspecify.annotations.NullMarked;

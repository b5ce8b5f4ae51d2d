/**
 * Whole nodes in virtual time, from one seed: {@code ScenarioGenerator} turns a seed into a list of events, {@code Simulation} lets it happen to
 * endpoints over a fabric of its own, checkers compare what they see with what PROTOCOL.md promises, and {@code Shrinker} makes a scenario that fails
 * small.
 *
 * <p>Called by {@code helio simulate} and by tests; a simulation belongs to one thread, several run side by side. Nothing here is on a hot path, but
 * memory is reused, for what counts is the number of schedules in a second.
 */
@NullMarked
package io.heliograph.transport.simulation;

import org.jspecify.annotations.NullMarked;

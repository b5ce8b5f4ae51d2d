/** Deliberate protocol bugs, written into the engine's classes as they are loaded: each must be caught by the simulation's checkers. */
@NullMarked
package io.heliograph.transport.simulation.mutation;

import org.jspecify.annotations.NullMarked;

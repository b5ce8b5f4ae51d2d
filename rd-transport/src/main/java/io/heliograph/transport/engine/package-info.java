/**
 * The protocol: engines, and what a node remembers of each peer. {@code Engine.doWork} is one duty cycle; everything else here is state that
 * it moves.
 *
 * <p>Sans-IO: no class here reads a clock, draws a random number of its own, sleeps or owns a thread. The engine's thread is the only one
 * that calls anything in this package, once the endpoint is open.
 */
@NullMarked
package io.heliograph.transport.engine;

import org.jspecify.annotations.NullMarked;

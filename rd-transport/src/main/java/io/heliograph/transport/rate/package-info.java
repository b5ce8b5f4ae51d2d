/**
 * When a packet may leave: tables of rates computed offline, the pacer that obeys them, and the policies an engine can be given.
 *
 * <p>An engine asks its {@link io.heliograph.transport.rate.RatePolicy} which flow may send next and tells it what was sent, acknowledged and lost; all of
 * that happens on the engine's thread and allocates nothing. Only {@link io.heliograph.transport.rate.RateTables} is shared between threads. Nothing here
 * reads a clock: time is an argument, and one that goes backwards stands still.
 */
@NullMarked
package io.heliograph.transport.rate;

import org.jspecify.annotations.NullMarked;

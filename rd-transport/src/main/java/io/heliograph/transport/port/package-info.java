/**
 * Where frames come from and go to: {@link io.heliograph.transport.port.Port} is a poll-mode queue pair over port-owned off-heap
 * frames, and ports wrap ports.
 *
 * <p>Called by one engine, on its thread. {@code Frame} and {@code Burst} are the hot path's whole view of a packet buffer.
 */
@NullMarked
package io.heliograph.transport.port;

import org.jspecify.annotations.NullMarked;

/**
 * Hosts at the edge of a fabric: each runs the protocol's own endpoint over its port, with virtual time as its clock.
 *
 * <p>No protocol decision is taken here: a host only knows when an endpoint's duty cycle is due. Called by experiments and tests, which give hosts an application; the fabric's thread.
 */
@NullMarked
package io.heliograph.emulator.host;

import org.jspecify.annotations.NullMarked;

/**
 * Collectives as data: a schedule has a program for each rank, whose steps send, receive, reduce and copy chunks; a validator proves what any schedule does.
 *
 * <p>Made once for each collective, algorithm and root, on the communicator's thread; {@code execute} carries it out.
 */
@NullMarked
package io.heliograph.collectives.algorithm;

import org.jspecify.annotations.NullMarked;

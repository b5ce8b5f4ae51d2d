/**
 * Collectives as a training framework sees them: {@link io.heliograph.collectives.Communicator} moves and reduces buffers of several ranks.
 *
 * <p>Called by frameworks, one communicator to a thread. The picture behind it, the order of reduction and what happens on failure are in
 * {@code collectives/COLLECTIVES.md}.
 */
@NullMarked
package io.heliograph.collectives;

import org.jspecify.annotations.NullMarked;

/**
 * Carries schedules out over an {@link io.heliograph.transport.Endpoint}: chunks travel as WRITE-with-IMM into slots of the receiver's memory, and are reduced straight out of them.
 *
 * <p>All on the communicator's thread; what runs for each chunk allocates nothing. Memory, immediates and what happens on failure are described in
 * {@code collectives/COLLECTIVES.md}.
 */
@NullMarked
package io.heliograph.collectives.execute;

import org.jspecify.annotations.NullMarked;

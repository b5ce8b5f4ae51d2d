/**
 * Uneven all-to-alls as phases in each of which a rank sends to one other and receives from one other, so that nobody shares a port; computed before they are sent, on one thread.
 */
@NullMarked
package io.heliograph.collectives.planning.phases;

import org.jspecify.annotations.NullMarked;

/**
 * What collectives cost, and which algorithm costs least: constants of a machine, how long a schedule takes by them, and the file that keeps them.
 *
 * <p>Used by communicators when they are opened and when a collective is called for the first time with a size; any thread.
 */
@NullMarked
package io.heliograph.collectives.cost;

import org.jspecify.annotations.NullMarked;

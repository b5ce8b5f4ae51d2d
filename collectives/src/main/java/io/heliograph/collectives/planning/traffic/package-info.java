/**
 * What a training job sends in an iteration: operations, the groups of ranks that take part, sizes and order; the common form of job files, logs and traces.
 *
 * <p>Immutable values, used on any thread; nothing here runs while traffic does.
 */
@NullMarked
package io.heliograph.collectives.planning.traffic;

import org.jspecify.annotations.NullMarked;

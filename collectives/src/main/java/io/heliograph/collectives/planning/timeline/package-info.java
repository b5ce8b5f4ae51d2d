/**
 * An iteration followed in time, message by message, before it is run: rates for what is under way at each moment.
 *
 * <p>Computed before a job runs, on one thread.
 */
@NullMarked
package io.heliograph.collectives.planning.timeline;

import org.jspecify.annotations.NullMarked;

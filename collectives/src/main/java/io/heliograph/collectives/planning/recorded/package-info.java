/**
 * What ranks were seen to do, or are to do by another tool's word: operations and computations with what each waits for. Readers of traces make it; schedules and steps are made of it. Any thread.
 */
@NullMarked
package io.heliograph.collectives.planning.recorded;

import org.jspecify.annotations.NullMarked;

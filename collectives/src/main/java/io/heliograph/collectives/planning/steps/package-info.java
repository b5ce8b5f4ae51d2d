/**
 * One iteration of a job as messages and computations with what each waits for, for a simulator of networks; called before a run, on one thread.
 */
@NullMarked
package io.heliograph.collectives.planning.steps;

import org.jspecify.annotations.NullMarked;

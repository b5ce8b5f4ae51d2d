/**
 * Experiments as files: which traffic goes over which fabric in which ways, checked whole before anything runs, then run in virtual time, one run for each mode and seed.
 *
 * <p>{@link ExperimentFile} reads, {@link ExperimentRun} runs, {@link RunResult} is what comes of a run and {@link ModeSummary} of all runs of a mode. Called by the command line and by tests. A run belongs to one thread;
 * several run side by side. The same file and seed give the same figures on every machine.
 */
@NullMarked
package io.heliograph.emulator.experiment;

import org.jspecify.annotations.NullMarked;

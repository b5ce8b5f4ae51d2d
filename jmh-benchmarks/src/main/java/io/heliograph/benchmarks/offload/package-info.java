/**
 * The photonic offload on this machine alone: what {@code helio infer --local} runs, which model a command takes, and the commands that train, list and cost models.
 *
 * <p>Called by the commands, on their thread.
 */
@NullMarked
package io.heliograph.benchmarks.offload;

import org.jspecify.annotations.NullMarked;

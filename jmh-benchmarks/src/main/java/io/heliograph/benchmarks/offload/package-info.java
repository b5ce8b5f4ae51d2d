/**
 * Inference on this machine alone: what {@code helio infer --local} runs, without its options and tables.
 *
 * <p>Called by the commands, on their thread.
 */
@NullMarked
package io.heliograph.benchmarks.offload;

import org.jspecify.annotations.NullMarked;

/**
 * Inference as commands run it, without their options and tables: on this machine alone, as a server, and as a client that measures.
 *
 * <p>Called by the commands, on their thread; {@link io.heliograph.benchmarks.offload.InferenceServer} has threads of its own.
 */
@NullMarked
package io.heliograph.benchmarks.offload;

import org.jspecify.annotations.NullMarked;

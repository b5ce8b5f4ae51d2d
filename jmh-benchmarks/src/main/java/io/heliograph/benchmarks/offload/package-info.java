/**
 * Inference as commands run it: on this machine alone, as a server, and as a client that measures; which model a command takes, and the commands that train, list and cost models.
 *
 * <p>Called by the commands, on their thread; {@link io.heliograph.benchmarks.offload.InferenceServer} has threads of its own.
 */
@NullMarked
package io.heliograph.benchmarks.offload;

import org.jspecify.annotations.NullMarked;

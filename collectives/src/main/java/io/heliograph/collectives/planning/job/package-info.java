/**
 * A training job and what it sends: shapes, degrees of parallelism and precisions become the messages of an iteration, as Megatron-LM and DeepSpeed send them.
 *
 * <p>Immutable values, used on any thread. What is impossible is refused with an {@link java.lang.IllegalArgumentException} that names the values.
 */
@NullMarked
package io.heliograph.collectives.planning.job;

import org.jspecify.annotations.NullMarked;

/**
 * Networks as graphs of operators, convolutions among them: float inference for reference, quantisation to LIGHTNING's integers, the integer semantics computed
 * straight, and the lowering of those graphs that a count-action datapath can run.
 *
 * <p>Called where models are loaded and by {@code helio infer}; one thread at a time. Inference allocates nothing once made.
 */
@NullMarked
package io.heliograph.offload.graph;

import org.jspecify.annotations.NullMarked;

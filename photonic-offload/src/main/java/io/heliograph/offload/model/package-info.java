/**
 * Quantised networks off the heap: LIGHTNING's scheme of integers, loaders for weights and images, and the integer semantics computed
 * straight, against which every emulated datapath is held.
 *
 * <p>Loading is the cold path. {@link io.heliograph.offload.model.IntegerInference} is the hot one: one thread at a time, no allocation.
 */
@NullMarked
package io.heliograph.offload.model;

import org.jspecify.annotations.NullMarked;

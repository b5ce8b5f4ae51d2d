/**
 * The integer semantics at full speed: vectors of 16-bit lanes over weights that are laid out once when a model is loaded, straight from
 * off-heap operands (the Vector API, {@code jdk.incubator.vector}).
 *
 * <p>Bit by bit what {@code IntegerInference} and the stepped datapath give. {@link io.heliograph.offload.fast.FastNetwork} is
 * shared by threads, {@link io.heliograph.offload.fast.FastInference} belongs to one.
 */
@NullMarked
package io.heliograph.offload.fast;

import org.jspecify.annotations.NullMarked;

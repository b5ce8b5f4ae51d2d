/**
 * Inference of one network by several means, in turns: ours by vectors and straight, ONNX Runtime in float and int8, LIGHTNING's Python emulation.
 *
 * <p>Called by {@code helio versus-inference}, on its thread. ONNX Runtime is a contender and nothing else.
 */
@NullMarked
package io.heliograph.benchmarks.inference;

import org.jspecify.annotations.NullMarked;

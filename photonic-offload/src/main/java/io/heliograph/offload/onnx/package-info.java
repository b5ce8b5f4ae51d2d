/**
 * ONNX files (onnx.ai, onnx.proto3): read with protobuf's own parser into plain records, imported as {@link io.heliograph.offload.graph.LayerGraph}, and written.
 *
 * <p>Cold path. What is not supported is named with its node, and nothing is guessed.
 */
@NullMarked
package io.heliograph.offload.onnx;

import org.jspecify.annotations.NullMarked;

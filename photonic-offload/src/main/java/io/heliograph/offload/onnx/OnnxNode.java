package io.heliograph.offload.onnx;

import java.util.List;

/**
 * An operator with its operands: NodeProto.
 *
 * @param name of the node; may be empty
 * @param operator such as Conv
 * @param domain of the operator; empty for ONNX's own
 * @param inputs names of values; an empty one is left out
 * @param outputs names of values
 * @param attributes its settings
 */
public record OnnxNode(
        String name,
        String operator,
        String domain,
        List<String> inputs,
        List<String> outputs,
        List<OnnxAttribute> attributes) {

    /** Keeps its own lists. */
    public OnnxNode {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = List.copyOf(attributes);
    }

    /** A node of one output, which has the node's name. */
    public static OnnxNode of(String name, String operator, List<String> inputs, OnnxAttribute... attributes) {
        return new OnnxNode(name, operator, "", inputs, List.of(name), List.of(attributes));
    }
}

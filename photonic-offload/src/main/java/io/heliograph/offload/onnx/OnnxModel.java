package io.heliograph.offload.onnx;

import java.util.List;

/**
 * A model: what of ModelProto and GraphProto an inference needs.
 *
 * @param name of the graph
 * @param opset version of ONNX's own operators
 * @param nodes in an order in which they can run
 * @param initializers constants
 * @param inputs what a query brings, and in old files constants as well
 * @param outputs what an answer brings
 */
public record OnnxModel(
        String name,
        long opset,
        List<OnnxNode> nodes,
        List<OnnxTensor> initializers,
        List<Value> inputs,
        List<Value> outputs) {

    /** A size that depends on the query, such as the batch. */
    public static final long UNKNOWN = -1;

    /** Keeps its own lists. */
    public OnnxModel {
        nodes = List.copyOf(nodes);
        initializers = List.copyOf(initializers);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * A value with its shape: ValueInfoProto.
     *
     * @param type of its elements
     * @param dims sizes, {@link #UNKNOWN} where they are not fixed
     */
    public record Value(String name, int type, List<Long> dims) {
        /** Keeps its own list. */
        public Value {
            dims = List.copyOf(dims);
        }
    }
}

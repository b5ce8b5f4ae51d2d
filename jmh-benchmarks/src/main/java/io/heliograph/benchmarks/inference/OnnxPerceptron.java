package io.heliograph.benchmarks.inference;

import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.onnx.OnnxWriter;
import io.heliograph.offload.onnx.ProtobufMessage;
import java.util.List;

/**
 * A multi-layer perceptron as an ONNX model, for ONNX Runtime: in float, as {@link OnnxWriter} has it, or in int8 (QLinearMatMul alone, which is all that statically quantised layers without biases need: an 8-bit output of
 * zero point 0 is a ReLU).
 *
 * <p>Weights are the integers of the network, over its scale. Fields of onnx.proto3 of ONNX 1.13 (IR version 8, operator set 13).
 */
final class OnnxPerceptron {

    static final String INPUT = "input";
    static final String OUTPUT = "output";

    private static final int FLOAT = 1;
    private static final int UINT8 = 2;
    private static final int INT8 = 3;

    private static final int IR_VERSION = 8;
    private static final int OPERATOR_SET = 13;
    private static final double MAX_INT8 = 127;
    private static final int MAX_UINT8 = 255;
    private static final int MIDDLE = 128;

    private final QuantizedNetwork network;
    private final ProtobufMessage graph = new ProtobufMessage();

    private OnnxPerceptron(QuantizedNetwork network) {
        this.network = network;
    }

    /** The model in float, of one image of float pixels, 0 to 255. */
    static byte[] inFloat(QuantizedNetwork network) {
        check(network);
        return OnnxWriter.write(OnnxWriter.modelOf(network));
    }

    /**
     * The model in int8, of one image of bytes.
     *
     * @param largest of the magnitudes of each layer's outputs behind ReLU, in float, of some images: what 255 stands for, and in the last layer 127
     */
    static byte[] inBytes(QuantizedNetwork network, List<Double> largest) {
        check(network);
        return new OnnxPerceptron(network).bytes(largest);
    }

    /** Biases would be in other units than pixels of 0 to 255, and QLinearMatMul adds none. */
    private static void check(QuantizedNetwork network) {
        if (network.hasBiases()) {
            throw new IllegalArgumentException("not compared with biases: model=" + network.name());
        }
    }

    private byte[] bytes(List<Double> largest) {
        String from = INPUT;
        List<DenseLayer> layers = network.layers();
        initializer("one", FLOAT, little(1));
        initializer("zero", UINT8, new byte[1]);
        initializer("zeroWeight", INT8, new byte[1]);
        initializer("middle", UINT8, new byte[] {(byte) MIDDLE});
        String scale = "one";
        for (int k = 0; k < layers.size(); k++) {
            DenseLayer layer = layers.get(k);
            boolean last = k == layers.size() - 1;
            int most = 1;
            for (int output = 0; output < layer.outputs(); output++) {
                for (int input = 0; input < layer.inputs(); input++) {
                    most = Math.max(most, Math.abs(layer.weight(output, input)));
                }
            }
            byte[] weights = new byte[layer.inputs() * layer.outputs()];
            for (int input = 0; input < layer.inputs(); input++) {
                for (int output = 0; output < layer.outputs(); output++) {
                    weights[input * layer.outputs() + output] =
                            (byte) Math.rint(layer.weight(output, input) * MAX_INT8 / most);
                }
            }
            initializer("w" + k, INT8, weights, layer.inputs(), layer.outputs());
            float weightScale = (float) (most / MAX_INT8 / network.scale());
            initializer("ws" + k, FLOAT, little(weightScale));
            double full = Math.max(largest.get(k), Float.MIN_NORMAL);
            float outputScale = (float) (full / (last ? MAX_INT8 : MAX_UINT8));
            initializer("ys" + k, FLOAT, little(outputScale));
            String to = last ? OUTPUT : "a" + k;
            node(
                    "QLinearMatMul",
                    to,
                    from,
                    scale,
                    "zero",
                    "w" + k,
                    "ws" + k,
                    "zeroWeight",
                    "ys" + k,
                    last ? "middle" : "zero");
            from = to;
            scale = "ys" + k;
        }
        return model();
    }

    private byte[] model() {
        graph.text(2, "perceptron");
        graph.bytes(11, value(INPUT, network.inputs()));
        graph.bytes(12, value(OUTPUT, network.outputs()));
        return new ProtobufMessage()
                .varint(1, IR_VERSION)
                .bytes(8, new ProtobufMessage().varint(2, OPERATOR_SET))
                .bytes(7, graph)
                .toByteArray();
    }

    private void node(String operator, String output, String... inputs) {
        ProtobufMessage node = new ProtobufMessage();
        for (String input : inputs) {
            node.text(1, input);
        }
        graph.bytes(1, node.text(2, output).text(3, "n-" + output).text(4, operator));
    }

    private void initializer(String name, int type, byte[] raw, int... shape) {
        ProtobufMessage tensor = new ProtobufMessage();
        for (int size : shape) {
            tensor.varint(1, size);
        }
        graph.bytes(5, tensor.varint(2, type).text(8, name).bytes(9, raw));
    }

    private static ProtobufMessage value(String name, int width) {
        ProtobufMessage shape = new ProtobufMessage();
        for (int size : new int[] {1, width}) {
            shape.bytes(1, new ProtobufMessage().varint(1, size));
        }
        ProtobufMessage tensor = new ProtobufMessage().varint(1, UINT8).bytes(2, shape);
        return new ProtobufMessage().text(1, name).bytes(2, new ProtobufMessage().bytes(1, tensor));
    }

    private static byte[] little(float value) {
        int bits = Integer.reverseBytes(Float.floatToRawIntBits(value));
        return new byte[] {(byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits};
    }
}

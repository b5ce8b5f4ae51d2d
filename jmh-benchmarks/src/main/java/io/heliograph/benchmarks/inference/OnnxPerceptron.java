package io.heliograph.benchmarks.inference;

import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.QuantizedNetwork;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A multi-layer perceptron as an ONNX model, for ONNX Runtime: in float (MatMul, Relu) or in int8 (QLinearMatMul alone, which is all that statically quantised layers without biases need: an 8-bit output of
 * zero point 0 is a ReLU).
 *
 * <p>Weights are the integers of the network, over its scale. Wire format: protocol buffers, fields of onnx.proto3 of ONNX 1.13 (IR version 8, operator set 13).
 */
final class OnnxPerceptron {

    static final String INPUT = "x";
    static final String OUTPUT = "y";

    private static final int FLOAT = 1;
    private static final int UINT8 = 2;
    private static final int INT8 = 3;

    private static final int IR_VERSION = 8;
    private static final int OPERATOR_SET = 13;
    private static final int VARINT = 0;
    private static final int BYTES = 2;
    private static final int CONTINUED = 0x80;
    private static final double MAX_INT8 = 127;
    private static final int MAX_UINT8 = 255;
    private static final int MIDDLE = 128;

    private final QuantizedNetwork network;
    private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

    private OnnxPerceptron(QuantizedNetwork network) {
        this.network = network;
    }

    /** The model in float, of one image of float pixels, 0 to 255. */
    static byte[] inFloat(QuantizedNetwork network) {
        return new OnnxPerceptron(network).floats();
    }

    /**
     * The model in int8, of one image of bytes.
     *
     * @param largest of the magnitudes of each layer's outputs behind ReLU, in float, of some images: what 255 stands for, and in the last layer 127
     */
    static byte[] inBytes(QuantizedNetwork network, List<Double> largest) {
        return new OnnxPerceptron(network).bytes(largest);
    }

    private byte[] floats() {
        String from = INPUT;
        List<DenseLayer> layers = network.layers();
        for (int k = 0; k < layers.size(); k++) {
            DenseLayer layer = layers.get(k);
            byte[] raw = new byte[layer.inputs() * layer.outputs() * Float.BYTES];
            ByteBuffer weights = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
            for (int input = 0; input < layer.inputs(); input++) {
                for (int output = 0; output < layer.outputs(); output++) {
                    weights.putFloat((float) (layer.weight(output, input) / network.scale()));
                }
            }
            initializer("w" + k, FLOAT, raw, layer.inputs(), layer.outputs());
            String product = k == layers.size() - 1 ? OUTPUT : "p" + k;
            node("MatMul", product, from, "w" + k);
            from = product;
            if (k < layers.size() - 1) {
                from = "a" + k;
                node("Relu", from, product);
            }
        }
        return model(FLOAT, FLOAT);
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
        return model(UINT8, UINT8);
    }

    private byte[] model(int inputType, int outputType) {
        text(graph, 2, "perceptron");
        field(graph, 11, value(INPUT, inputType, network.inputs()));
        field(graph, 12, value(OUTPUT, outputType, network.outputs()));
        ByteArrayOutputStream operators = new ByteArrayOutputStream();
        number(operators, 2, OPERATOR_SET);
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        number(model, 1, IR_VERSION);
        field(model, 8, operators.toByteArray());
        field(model, 7, graph.toByteArray());
        return model.toByteArray();
    }

    private void node(String operator, String output, String... inputs) {
        ByteArrayOutputStream node = new ByteArrayOutputStream();
        for (String input : inputs) {
            text(node, 1, input);
        }
        text(node, 2, output);
        text(node, 3, "n-" + output);
        text(node, 4, operator);
        field(graph, 1, node.toByteArray());
    }

    private void initializer(String name, int type, byte[] raw, int... shape) {
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        for (int size : shape) {
            number(tensor, 1, size);
        }
        number(tensor, 2, type);
        text(tensor, 8, name);
        field(tensor, 9, raw);
        field(graph, 5, tensor.toByteArray());
    }

    private static byte[] value(String name, int type, int width) {
        ByteArrayOutputStream shape = new ByteArrayOutputStream();
        for (int size : new int[] {1, width}) {
            ByteArrayOutputStream dimension = new ByteArrayOutputStream();
            number(dimension, 1, size);
            field(shape, 1, dimension.toByteArray());
        }
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        number(tensor, 1, type);
        field(tensor, 2, shape.toByteArray());
        ByteArrayOutputStream kind = new ByteArrayOutputStream();
        field(kind, 1, tensor.toByteArray());
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        text(value, 1, name);
        field(value, 2, kind.toByteArray());
        return value.toByteArray();
    }

    private static byte[] little(float value) {
        int bits = Integer.reverseBytes(Float.floatToRawIntBits(value));
        return new byte[] {(byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits};
    }

    private static void text(ByteArrayOutputStream to, int field, String text) {
        field(to, field, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void field(ByteArrayOutputStream to, int field, byte[] bytes) {
        varint(to, (long) field << 3 | BYTES);
        varint(to, bytes.length);
        to.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream to, int field, long value) {
        varint(to, (long) field << 3 | VARINT);
        varint(to, value);
    }

    private static void varint(ByteArrayOutputStream to, long value) {
        long rest = value;
        while (rest >= CONTINUED) {
            to.write((int) rest & CONTINUED - 1 | CONTINUED);
            rest >>>= 7;
        }
        to.write((int) rest);
    }
}

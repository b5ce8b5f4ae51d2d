package io.heliograph.offload.onnx;

import io.heliograph.offload.graph.Quantization;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.QuantizedNetwork;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Writes a model as ONNX. */
public final class OnnxWriter {

    private static final double PRODUCT_UNIT = 256;
    private static final int IR_VERSION = 8;

    /** Version of the operators that {@link #modelOf} uses. */
    public static final int OPSET = 13;

    private OnnxWriter() {}

    /** The file of a model; the same model gives the same bytes. */
    public static byte[] write(OnnxModel model) {
        ProtobufMessage graph = new ProtobufMessage();
        for (OnnxNode node : model.nodes()) {
            graph.bytes(1, node(node));
        }
        graph.text(2, model.name());
        for (OnnxTensor tensor : model.initializers()) {
            graph.bytes(5, tensor(tensor));
        }
        for (OnnxModel.Value input : model.inputs()) {
            graph.bytes(11, value(input));
        }
        for (OnnxModel.Value output : model.outputs()) {
            graph.bytes(12, value(output));
        }
        ProtobufMessage opset = new ProtobufMessage().text(1, "").varint(2, model.opset());
        return new ProtobufMessage()
                .varint(1, IR_VERSION)
                .text(2, "heliograph")
                .bytes(7, graph)
                .bytes(8, opset)
                .toByteArray();
    }

    /**
     * A quantised network as a model in float: MatMul, Add where there are biases, and Relu, with weights q / scale, of an input of 1 x inputs. Imported again with LIGHTNING's scale it has the
     * same integers, where its largest weight is 255; biases to the last bit or two of a float.
     *
     * @throws IllegalArgumentException if a layer pools: its neurons stand in an order that no operator of the model has
     */
    public static OnnxModel modelOf(QuantizedNetwork network) {
        if (network.pools()) {
            throw new IllegalArgumentException("a network that pools is not written as ONNX: name=" + network.name());
        }
        List<OnnxNode> nodes = new ArrayList<>();
        List<OnnxTensor> weights = new ArrayList<>();
        String value = "input";
        double units = Quantization.LIGHTNING.inputUnits();
        int last = network.layers().size();
        for (int k = 1; k <= last; k++) {
            DenseLayer layer = network.layers().get(k - 1);
            float[] floats = new float[layer.inputs() * layer.outputs()];
            for (int output = 0; output < layer.outputs(); output++) {
                for (int input = 0; input < layer.inputs(); input++) {
                    floats[input * layer.outputs() + output] = (float) (layer.weight(output, input) / network.scale());
                }
            }
            weights.add(OnnxTensor.floats("w" + k, List.of((long) layer.inputs(), (long) layer.outputs()), floats));
            String sums = k == last ? "output" : "fc" + k;
            units *= network.scale() / PRODUCT_UNIT;
            if (layer.hasBiases()) {
                float[] biases = new float[layer.outputs()];
                for (int output = 0; output < biases.length; output++) {
                    biases[output] = (float) (layer.bias(output) / units);
                }
                weights.add(OnnxTensor.floats("b" + k, List.of((long) layer.outputs()), biases));
                nodes.add(OnnxNode.of("mm" + k, "MatMul", List.of(value, "w" + k)));
                nodes.add(OnnxNode.of(sums, "Add", List.of("mm" + k, "b" + k)));
            } else {
                nodes.add(OnnxNode.of(sums, "MatMul", List.of(value, "w" + k)));
            }
            value = sums;
            if (k < last) {
                nodes.add(OnnxNode.of("relu" + k, "Relu", List.of(value)));
                value = "relu" + k;
            }
        }
        return new OnnxModel(
                network.name(),
                OPSET,
                nodes,
                weights,
                List.of(new OnnxModel.Value("input", OnnxTensor.FLOAT, List.of(1L, (long) network.inputs()))),
                List.of(new OnnxModel.Value("output", OnnxTensor.FLOAT, List.of(1L, (long) network.outputs()))));
    }

    private static ProtobufMessage node(OnnxNode node) {
        ProtobufMessage message = new ProtobufMessage();
        node.inputs().forEach(input -> message.text(1, input));
        node.outputs().forEach(output -> message.text(2, output));
        message.text(3, node.name()).text(4, node.operator());
        node.attributes().forEach(attribute -> message.bytes(5, attribute(attribute)));
        return message.text(7, node.domain());
    }

    private static ProtobufMessage attribute(OnnxAttribute attribute) {
        ProtobufMessage message = new ProtobufMessage().text(1, attribute.name());
        switch (attribute.type()) {
            case OnnxAttribute.FLOAT -> message.real(2, attribute.number());
            case OnnxAttribute.INT -> message.varint(3, attribute.integer());
            case OnnxAttribute.STRING -> message.text(4, attribute.text());
            case OnnxAttribute.FLOATS -> attribute.numbers().forEach(number -> message.real(7, number));
            case OnnxAttribute.INTS -> attribute.integers().forEach(integer -> message.varint(8, integer));
            case OnnxAttribute.TENSOR -> {
                if (attribute.tensor() != null) {
                    message.bytes(5, tensor(attribute.tensor()));
                }
            }
            default -> throw new IllegalArgumentException("attribute of a type that is not written: " + attribute);
        }
        return message.varint(20, attribute.type());
    }

    private static ProtobufMessage tensor(OnnxTensor tensor) {
        ProtobufMessage message = new ProtobufMessage();
        tensor.dims().forEach(dim -> message.varint(1, dim));
        message.varint(2, tensor.type()).text(8, tensor.name());
        return message.bytes(9, tensor.data().toArray(ValueLayout.JAVA_BYTE));
    }

    private static ProtobufMessage value(OnnxModel.Value value) {
        ProtobufMessage shape = new ProtobufMessage();
        for (long dim : value.dims()) {
            ProtobufMessage size = new ProtobufMessage();
            shape.bytes(1, dim == OnnxModel.UNKNOWN ? size.text(2, "n") : size.varint(1, dim));
        }
        ProtobufMessage tensor = new ProtobufMessage().varint(1, value.type()).bytes(2, shape);
        return new ProtobufMessage().text(1, value.name()).bytes(2, new ProtobufMessage().bytes(1, tensor));
    }
}

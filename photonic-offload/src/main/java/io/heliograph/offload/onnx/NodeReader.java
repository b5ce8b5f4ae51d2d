package io.heliograph.offload.onnx;

import io.heliograph.offload.graph.Window;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node as the importer asks it: operands, constants, settings with their defaults, and errors with its name. */
final class NodeReader {

    private final OnnxNode node;
    private final int index;
    private final Map<String, OnnxTensor> constants;

    NodeReader(OnnxNode node, int index, Map<String, OnnxTensor> constants) {
        this.node = node;
        this.index = index;
        this.constants = constants;
    }

    /** With its domain, if that is not ONNX's own. */
    String operator() {
        return node.domain().isEmpty() || "ai.onnx".equals(node.domain())
                ? node.operator()
                : node.domain() + "." + node.operator();
    }

    /** Its name, or its place among the nodes. */
    String name() {
        return node.name().isEmpty() ? "#" + index : node.name();
    }

    OnnxException refused(String why) {
        return new OnnxException("node '" + name() + "' (" + operator() + "): " + why);
    }

    /** The name of its first output; others, such as a mask, must be left unused. */
    String output() throws OnnxException {
        if (node.outputs().isEmpty() || node.outputs().getFirst().isEmpty()) {
            throw refused("it has no output");
        }
        return node.outputs().getFirst();
    }

    boolean has(int operand) {
        return operand < node.inputs().size() && !node.inputs().get(operand).isEmpty();
    }

    String input(int operand) throws OnnxException {
        if (!has(operand)) {
            throw refused("its operand " + (operand + 1) + " is missing");
        }
        return node.inputs().get(operand);
    }

    /** An operand that must be a constant of floats. */
    OnnxTensor constant(int operand) throws OnnxException {
        OnnxTensor constant = constants.get(input(operand));
        if (constant == null || constant.type() != OnnxTensor.FLOAT) {
            throw refused("its operand " + (operand + 1) + " is no constant of floats: '" + input(operand) + "'");
        }
        return constant;
    }

    OnnxTensor matrix(int operand) throws OnnxException {
        OnnxTensor matrix = constant(operand);
        if (matrix.dims().size() != 2) {
            throw refused("its operand " + (operand + 1) + " is no matrix: " + matrix.dims());
        }
        return matrix;
    }

    /** A value of a constant that has one for each channel. */
    float vectorAt(int operand, int channels, int channel) throws OnnxException {
        OnnxTensor vector = constant(operand);
        if (vector.count() != channels) {
            throw refused("its operand " + (operand + 1) + " has " + vector.count() + " values, not " + channels);
        }
        return vector.floatAt(channel);
    }

    /** A value of a constant that has one for each channel, or one for all. */
    float broadcast(OnnxTensor constant, int channels, int channel) throws OnnxException {
        if (constant.count() != 1 && constant.count() != channels) {
            throw refused("a constant does not fit: values=" + constant.count() + " channels=" + channels);
        }
        return constant.floatAt(constant.count() == 1 ? 0 : channel);
    }

    /** Whether a constant's one dimension above 1 falls on the channels of a value, as ONNX broadcasts: from the last dimension backwards. */
    boolean isPerChannel(OnnxTensor constant, List<Integer> dims) {
        for (int k = 1; k <= constant.dims().size(); k++) {
            long size = constant.dims().get(constant.dims().size() - k);
            boolean channels = dims.size() - k == 1 || dims.size() == 1;
            if (size != 1 && !(channels && size == dims.get(dims.size() - k))) {
                return false;
            }
        }
        return true;
    }

    /** The value of a Constant. */
    OnnxTensor constantValue() throws OnnxException {
        OnnxAttribute value = find("value");
        if (value == null || value.tensor() == null) {
            throw refused("a constant that is a tensor is supported");
        }
        return value.tensor();
    }

    /** The shape that a Reshape asks for: an operand, or before version 5 a setting. */
    List<Long> shape() throws OnnxException {
        if (!has(1)) {
            return integers("shape");
        }
        OnnxTensor shape = constants.get(input(1));
        if (shape == null || shape.type() != OnnxTensor.INT64) {
            throw refused("its shape is no constant of integers: '" + input(1) + "'");
        }
        Long[] sizes = new Long[shape.count()];
        for (int k = 0; k < sizes.length; k++) {
            sizes[k] = shape.int64At(k);
        }
        return List.of(sizes);
    }

    float number(String name, float otherwise) {
        OnnxAttribute found = find(name);
        return found == null ? otherwise : found.number();
    }

    long integer(String name, long otherwise) {
        OnnxAttribute found = find(name);
        return found == null ? otherwise : found.integer();
    }

    List<Long> integers(String name) throws OnnxException {
        OnnxAttribute found = find(name);
        if (found == null) {
            throw refused("it has no " + name);
        }
        return found.integers();
    }

    private List<Long> integers(String name, List<Long> otherwise) throws OnnxException {
        OnnxAttribute found = find(name);
        if (found == null) {
            return otherwise;
        }
        if (found.integers().size() != otherwise.size()) {
            throw refused(name + "=" + found.integers() + " are not for two dimensions");
        }
        return found.integers();
    }

    private @Nullable OnnxAttribute find(String name) {
        for (OnnxAttribute attribute : node.attributes()) {
            if (attribute.name().equals(name)) {
                return attribute;
            }
        }
        return null;
    }

    /** The window that strides, dilations and padding make of a kernel over 1 x channels x height x width. */
    Window window(List<Integer> dims, List<Long> kernel) throws OnnxException {
        if (kernel.size() != 2) {
            throw refused("two dimensions are supported: kernel=" + kernel);
        }
        List<Long> strides = integers("strides", List.of(1L, 1L));
        List<Long> dilations = integers("dilations", List.of(1L, 1L));
        List<Long> pads = integers("pads", List.of(0L, 0L, 0L, 0L));
        OnnxAttribute auto = find("auto_pad");
        String padding = auto == null || auto.text().isEmpty() ? "NOTSET" : auto.text();
        long[] begin = {pads.get(0), pads.get(1)};
        long[] end = {pads.get(2), pads.get(3)};
        for (int k = 0; k < 2; k++) {
            long reach = dilations.get(k) * (kernel.get(k) - 1) + 1;
            long size = dims.get(2 + k);
            switch (padding) {
                case "NOTSET" -> {}
                case "VALID" -> {
                    begin[k] = 0;
                    end[k] = 0;
                }
                case "SAME_UPPER", "SAME_LOWER" -> {
                    long positions = (size + strides.get(k) - 1) / strides.get(k);
                    long total = Math.max(0, (positions - 1) * strides.get(k) + reach - size);
                    begin[k] = "SAME_LOWER".equals(padding) ? total - total / 2 : total / 2;
                    end[k] = total - begin[k];
                }
                default -> throw refused("no such padding: auto_pad=" + padding);
            }
        }
        try {
            return new Window(
                    dims.get(1),
                    dims.get(2),
                    dims.get(3),
                    Math.toIntExact(kernel.get(0)),
                    Math.toIntExact(kernel.get(1)),
                    Math.toIntExact(strides.get(0)),
                    Math.toIntExact(strides.get(1)),
                    Math.toIntExact(dilations.get(0)),
                    Math.toIntExact(dilations.get(1)),
                    Math.toIntExact(begin[0]),
                    Math.toIntExact(begin[1]),
                    Math.toIntExact(end[0]),
                    Math.toIntExact(end[1]));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }
}

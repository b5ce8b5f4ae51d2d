package io.heliograph.offload.onnx;

import io.heliograph.offload.graph.Biases;
import io.heliograph.offload.graph.LayerGraph;
import io.heliograph.offload.graph.Operator;
import io.heliograph.offload.graph.Window;
import io.heliograph.offload.model.FloatLayer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a graph of an ONNX model: Gemm, MatMul, Conv, Relu, MaxPool, AveragePool, GlobalAveragePool, Flatten, Reshape, Add, BatchNormalization (folded into the layer before it), Softmax
 * (at the end), and Constant, Identity and Dropout, which compute nothing. One query, a batch of 1, of one input in float.
 */
public final class OnnxImport {

    /** What a node's output is: a place in the graph, and its shape with the batch in front. */
    private record Value(int place, List<Integer> dims, boolean fresh) {}

    private final OnnxModel model;
    private final Arena arena;
    private final List<Operator> operators = new ArrayList<>();
    private final Map<String, OnnxTensor> constants = new HashMap<>();
    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, Integer> uses = new HashMap<>();

    private OnnxImport(OnnxModel model, Arena arena) {
        this.model = model;
        this.arena = arena;
    }

    /**
     * Reads and imports a file.
     *
     * @param arena owns the weights
     * @throws IOException if the file cannot be read
     * @throws OnnxException if it is no ONNX model, or needs what is not supported
     */
    public static LayerGraph read(Path file, Arena arena) throws IOException {
        return of(file.toString(), OnnxReader.read(file.toString(), Files.readAllBytes(file)), arena);
    }

    /**
     * Imports.
     *
     * @param what the model is, for errors
     * @param arena owns the weights
     * @throws OnnxException with the node that is not supported
     */
    public static LayerGraph of(String what, OnnxModel model, Arena arena) throws OnnxException {
        try {
            return new OnnxImport(model, arena).run();
        } catch (OnnxException | IllegalArgumentException | ArithmeticException e) {
            throw new OnnxException(what + ": " + e.getMessage(), e);
        }
    }

    private LayerGraph run() throws OnnxException {
        for (OnnxTensor constant : model.initializers()) {
            constants.put(constant.name(), constant);
        }
        for (OnnxNode node : model.nodes()) {
            node.inputs().forEach(input -> uses.merge(input, 1, Integer::sum));
        }
        model.outputs().forEach(output -> uses.merge(output.name(), 1, Integer::sum));
        takeInput();
        for (int k = 0; k < model.nodes().size(); k++) {
            take(new NodeReader(model.nodes().get(k), k, constants));
        }
        if (model.outputs().size() != 1) {
            throw new OnnxException("a model of one output is supported: outputs="
                    + model.outputs().size());
        }
        Value answer = values.get(model.outputs().getFirst().name());
        if (answer == null || answer.place() != operators.size() - 1) {
            throw new OnnxException("the output is not what the last node gives: output="
                    + model.outputs().getFirst().name());
        }
        return new LayerGraph(model.name().isEmpty() ? "onnx" : model.name(), operators);
    }

    private void takeInput() throws OnnxException {
        List<OnnxModel.Value> queries = new ArrayList<>();
        for (OnnxModel.Value input : model.inputs()) {
            if (!constants.containsKey(input.name())) {
                queries.add(input);
            }
        }
        if (queries.size() != 1) {
            throw new OnnxException("a model of one input is supported: inputs=" + queries.size());
        }
        OnnxModel.Value query = queries.getFirst();
        List<Integer> dims = new ArrayList<>();
        for (int k = 0; k < query.dims().size(); k++) {
            long size = query.dims().get(k);
            boolean batch = k == 0 && query.dims().size() > 1;
            if (batch && size != 1 && size > 0) {
                throw new OnnxException("a batch of 1 is supported: input=" + query.name() + " batch=" + size);
            }
            if (!batch && (size < 1 || size > Integer.MAX_VALUE)) {
                throw new OnnxException("the input's shape is not known: input=" + query.name() + " dims="
                        + query.dims() + " (-1 is unknown)");
            }
            dims.add(batch ? 1 : (int) size);
        }
        if (query.type() != OnnxTensor.FLOAT || dims.isEmpty()) {
            throw new OnnxException("an input of floats is supported: input=" + query.name() + " type=" + query.type()
                    + " dims=" + query.dims());
        }
        operators.add(new Operator.Input(query.name(), size(dims)));
        values.put(query.name(), new Value(0, dims, false));
    }

    private void take(NodeReader node) throws OnnxException {
        try {
            switch (node.operator()) {
                case "Constant" -> constants.put(node.output(), node.constantValue());
                case "Identity", "Dropout" ->
                    put(node, operand(node, 0).place(), operand(node, 0).dims(), false);
                case "Flatten" -> flatten(node);
                case "Reshape" -> reshape(node);
                case "Gemm" -> gemm(node);
                case "MatMul" -> matMul(node);
                case "Conv" -> convolution(node);
                case "BatchNormalization" -> batchNormalization(node);
                case "Add" -> add(node);
                case "Relu" -> {
                    Value from = operand(node, 0);
                    append(node, new Operator.Relu(node.name(), from.place(), size(from.dims())), from.dims());
                }
                case "MaxPool" -> pool(node, false);
                case "AveragePool", "GlobalAveragePool" -> pool(node, true);
                case "Softmax" -> softmax(node);
                default ->
                    throw node.refused(
                            "this operator is not supported; Gemm, MatMul, Conv, Relu, MaxPool, AveragePool, "
                                    + "GlobalAveragePool, Flatten, Reshape, Add, BatchNormalization, Softmax, Constant, Identity and Dropout are");
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw node.refused(String.valueOf(e.getMessage()));
        }
    }

    private void flatten(NodeReader node) throws OnnxException {
        Value from = operand(node, 0);
        int rank = from.dims().size();
        int axis = (int) node.integer("axis", 1);
        axis = axis < 0 ? axis + rank : axis;
        if (axis < 0 || axis > rank) {
            throw node.refused("axis=" + axis + " of " + from.dims());
        }
        put(
                node,
                from.place(),
                List.of(size(from.dims().subList(0, axis)), size(from.dims().subList(axis, rank))),
                false);
    }

    private void reshape(NodeReader node) throws OnnxException {
        Value from = operand(node, 0);
        List<Long> wanted = node.shape();
        int total = size(from.dims());
        List<Integer> dims = new ArrayList<>();
        int open = -1;
        long known = 1;
        for (int k = 0; k < wanted.size(); k++) {
            long size = wanted.get(k);
            if (size == 0
                    && node.integer("allowzero", 0) == 0
                    && k < from.dims().size()) {
                size = from.dims().get(k);
            }
            if (size == -1 && open < 0) {
                open = k;
                dims.add(1);
                continue;
            }
            if (size < 1) {
                throw node.refused("no such shape: " + from.dims() + " to " + wanted);
            }
            known = Math.multiplyExact(known, size);
            dims.add(Math.toIntExact(size));
        }
        if (open >= 0) {
            dims.set(open, (int) (total / known));
            known *= total / known;
        }
        if (known != total) {
            throw node.refused("no such shape: " + from.dims() + " to " + wanted);
        }
        put(node, from.place(), dims, false);
    }

    private void gemm(NodeReader node) throws OnnxException {
        if (node.integer("transA", 0) != 0) {
            throw node.refused("transA is not supported");
        }
        Value from = vector(node);
        OnnxTensor matrix = node.matrix(1);
        boolean transposed = node.integer("transB", 0) != 0;
        int outputs = Math.toIntExact(matrix.dims().get(transposed ? 0 : 1));
        float beta = node.number("beta", 1);
        float[] biases = new float[outputs];
        if (node.has(2)) {
            OnnxTensor c = node.constant(2);
            for (int k = 0; k < outputs; k++) {
                biases[k] = beta * node.broadcast(c, outputs, k);
            }
        }
        dense(node, from, matrix, transposed, node.number("alpha", 1), Biases.of(biases));
    }

    private void matMul(NodeReader node) throws OnnxException {
        Value from = vector(node);
        OnnxTensor matrix = node.matrix(1);
        dense(
                node,
                from,
                matrix,
                false,
                1,
                Biases.none(Math.toIntExact(matrix.dims().get(1))));
    }

    private void dense(NodeReader node, Value from, OnnxTensor matrix, boolean transposed, float alpha, Biases biases)
            throws OnnxException {
        int outputs = Math.toIntExact(matrix.dims().get(transposed ? 0 : 1));
        int inputs = Math.toIntExact(matrix.dims().get(transposed ? 1 : 0));
        if (inputs != size(from.dims())) {
            throw node.refused("the matrix does not fit: " + from.dims() + " by " + matrix.dims()
                    + (transposed ? " transposed" : ""));
        }
        MemorySegment weights = floats(inputs, outputs);
        for (int output = 0; output < outputs; output++) {
            for (int input = 0; input < inputs; input++) {
                long at = transposed ? (long) output * inputs + input : (long) input * outputs + output;
                set(weights, (long) output * inputs + input, alpha * matrix.floatAt(at));
            }
        }
        FloatLayer layer = new FloatLayer(outputs, inputs, weights);
        append(
                node,
                new Operator.Linear(node.name(), from.place(), Window.dense(inputs), 1, layer, biases),
                List.of(1, outputs));
    }

    private void convolution(NodeReader node) throws OnnxException {
        Value from = planes(node);
        OnnxTensor kernels = node.constant(1);
        if (kernels.dims().size() != 4) {
            throw node.refused("two dimensions are supported: kernels=" + kernels.dims());
        }
        List<Long> size = kernels.dims().subList(2, 4);
        Window window = node.window(from.dims(), size);
        int groups = Math.toIntExact(node.integer("group", 1));
        int outputs = Math.toIntExact(kernels.dims().getFirst());
        if (groups < 1 || (long) window.channels() != groups * kernels.dims().get(1) || outputs % groups != 0) {
            throw node.refused("the kernels do not fit: " + from.dims() + " by " + kernels.dims() + " group=" + groups);
        }
        int inputs = Math.toIntExact(kernels.count() / outputs);
        MemorySegment weights = floats(inputs, outputs).copyFrom(kernels.data());
        float[] biases = new float[outputs];
        if (node.has(2)) {
            OnnxTensor given = node.constant(2);
            for (int k = 0; k < outputs; k++) {
                biases[k] = node.broadcast(given, outputs, k);
            }
        }
        FloatLayer layer = new FloatLayer(outputs, inputs, weights);
        append(
                node,
                new Operator.Linear(node.name(), from.place(), window, groups, layer, Biases.of(biases)),
                List.of(1, outputs, window.outHeight(), window.outWidth()));
    }

    private void batchNormalization(NodeReader node) throws OnnxException {
        Value from = operand(node, 0);
        Operator.Linear linear = foldable(node, from, 0);
        int channels = linear.weights().outputs();
        float epsilon = node.number("epsilon", 1e-5f);
        MemorySegment weights = floats(linear.weights().inputs(), channels);
        float[] biases = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            double variance = node.vectorAt(4, channels, channel);
            double factor = node.vectorAt(1, channels, channel) / Math.sqrt(variance + epsilon);
            for (int input = 0; input < linear.weights().inputs(); input++) {
                set(weights, (long) channel * linear.weights().inputs() + input, (float)
                        (factor * linear.weights().weight(channel, input)));
            }
            biases[channel] = (float) (node.vectorAt(2, channels, channel)
                    + factor * (linear.biases().get(channel) - node.vectorAt(3, channels, channel)));
        }
        FloatLayer layer = new FloatLayer(channels, linear.weights().inputs(), weights);
        replace(node, from, linear, layer, Biases.of(biases));
    }

    private void add(NodeReader node) throws OnnxException {
        int constant = constants.containsKey(node.input(1)) ? 1 : constants.containsKey(node.input(0)) ? 0 : -1;
        if (constant < 0) {
            Value left = operand(node, 0);
            Value right = operand(node, 1);
            if (!left.dims().equals(right.dims())) {
                throw node.refused("shapes differ: " + left.dims() + " and " + right.dims());
            }
            append(node, new Operator.Add(node.name(), left.place(), right.place(), size(left.dims())), left.dims());
            return;
        }
        Value from = operand(node, 1 - constant);
        Operator.Linear linear = foldable(node, from, 1 - constant);
        OnnxTensor added = node.constant(constant);
        int channels = linear.weights().outputs();
        if (added.count() > 1 && !node.isPerChannel(added, from.dims())) {
            throw node.refused(
                    "a constant of one value a channel is supported: " + from.dims() + " and " + added.dims());
        }
        float[] biases = new float[channels];
        for (int k = 0; k < channels; k++) {
            biases[k] = linear.biases().get(k) + node.broadcast(added, channels, k);
        }
        replace(node, from, linear, linear.weights(), Biases.of(biases));
    }

    private void pool(NodeReader node, boolean average) throws OnnxException {
        Value from = planes(node);
        List<Long> whole = List.of((long) from.dims().get(2), (long) from.dims().get(3));
        boolean global = "GlobalAveragePool".equals(node.operator());
        if (node.integer("ceil_mode", 0) != 0) {
            throw node.refused("ceil_mode is not supported");
        }
        Window window = node.window(from.dims(), global ? whole : node.integers("kernel_shape"));
        int reachY = window.dilationY() * (window.kernelHeight() - 1) + 1;
        int reachX = window.dilationX() * (window.kernelWidth() - 1) + 1;
        if (Math.max(window.padTop(), window.padBottom()) >= reachY
                || Math.max(window.padLeft(), window.padRight()) >= reachX) {
            throw node.refused("the padding holds a whole window: " + window);
        }
        boolean countsPadding = node.integer("count_include_pad", 0) != 0;
        append(
                node,
                average
                        ? new Operator.AveragePool(node.name(), from.place(), window, countsPadding)
                        : new Operator.MaxPool(node.name(), from.place(), window),
                List.of(1, window.channels(), window.outHeight(), window.outWidth()));
    }

    private void softmax(NodeReader node) throws OnnxException {
        Value from = operand(node, 0);
        int rank = from.dims().size();
        int axis = (int) node.integer("axis", model.opset() < 13 ? 1 : -1);
        if ((axis < 0 ? axis + rank : axis) != rank - 1 || from.dims().getLast() != size(from.dims())) {
            throw node.refused("softmax over the whole vector is supported: " + from.dims() + " axis=" + axis);
        }
        append(node, new Operator.Softmax(node.name(), from.place(), size(from.dims())), from.dims());
    }

    /** The layer whose output an operand is, if nothing else takes that output. */
    private Operator.Linear foldable(NodeReader node, Value from, int operand) throws OnnxException {
        if (from.fresh()
                && uses.getOrDefault(node.input(operand), 0) == 1
                && operators.get(from.place()) instanceof Operator.Linear linear) {
            return linear;
        }
        throw node.refused("it is supported behind a Gemm, MatMul or Conv whose output nothing else takes");
    }

    private void replace(NodeReader node, Value from, Operator.Linear linear, FloatLayer weights, Biases biases)
            throws OnnxException {
        operators.set(
                from.place(),
                new Operator.Linear(linear.name(), linear.source(), linear.window(), linear.groups(), weights, biases));
        put(node, from.place(), from.dims(), true);
    }

    private void append(NodeReader node, Operator operator, List<Integer> dims) throws OnnxException {
        operators.add(operator);
        put(node, operators.size() - 1, dims, operator instanceof Operator.Linear);
    }

    private void put(NodeReader node, int place, List<Integer> dims, boolean fresh) throws OnnxException {
        values.put(node.output(), new Value(place, List.copyOf(dims), fresh));
    }

    private Value operand(NodeReader node, int index) throws OnnxException {
        Value value = values.get(node.input(index));
        if (value == null) {
            throw node.refused("its operand " + (index + 1) + " is "
                    + (constants.containsKey(node.input(index)) ? "a constant" : "not known") + ": '"
                    + node.input(index) + "'");
        }
        return value;
    }

    /** The first operand, of 1 x n. */
    private Value vector(NodeReader node) throws OnnxException {
        Value from = operand(node, 0);
        if (from.dims().getLast() != size(from.dims()) || from.dims().size() > 2) {
            throw node.refused("its operand is no vector: " + from.dims());
        }
        return from;
    }

    /** The first operand, of 1 x channels x height x width. */
    private Value planes(NodeReader node) throws OnnxException {
        Value from = operand(node, 0);
        if (from.dims().size() != 4 || from.dims().getFirst() != 1) {
            throw node.refused("its operand is not 1 x channels x height x width: " + from.dims());
        }
        return from;
    }

    private MemorySegment floats(int inputs, int outputs) {
        return arena.allocate((long) inputs * outputs * Float.BYTES, Float.BYTES);
    }

    private static void set(MemorySegment weights, long index, float value) {
        weights.set(OnnxTensor.FLOAT_LAYOUT, index * Float.BYTES, value);
    }

    private static int size(List<Integer> dims) {
        int size = 1;
        for (int dim : dims) {
            size = Math.multiplyExact(size, dim);
        }
        return size;
    }
}

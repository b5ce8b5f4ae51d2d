package io.heliograph.offload.graph;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.QuantizedNetwork;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a graph a chain of dense layers, which is what the count-action datapath runs: readers that count words and repeats stream a vector once per neuron, and have no addresses
 * that jump. A convolution becomes a dense layer with a row for each of its outputs, zeros where the window is not; its sums are the same integers.
 *
 * <p>A bias becomes a number in the units of its sum for a query without shifts; the datapath brings it to those of the query at hand. No stage of the datapath pools or adds branches, so graphs with those stay with {@link
 * GraphInference}.
 */
public final class GraphLowering {

    /** The largest magnitude of a bias in the units of its sum: far beyond what 16 bits hold, far below what 32-bit floating point does. */
    private static final double LARGEST_BIAS = 0x1p64;

    /** The most weights that unrolling may make. */
    public static final long MOST_WEIGHTS = 1L << 24;

    private static final int PRODUCT_SHIFT = 8;

    private GraphLowering() {}

    /** Why a graph is no chain of dense layers with ReLU between them; empty if it is one. */
    public static Optional<String> obstacle(QuantizedGraph quantized) {
        List<Operator> operators = quantized.graph().operators();
        int end = operators.getLast() instanceof Operator.Softmax ? operators.size() - 1 : operators.size();
        long weights = 0;
        double units = quantized.quantization().inputUnits();
        for (int k = 1; k < end; k++) {
            Operator operator = operators.get(k);
            String who = "'" + operator.name() + "': ";
            switch (operator) {
                case Operator.Linear linear -> {
                    if (linear.source() != k - 1) {
                        return Optional.of(who + "the datapath has no branches");
                    }
                    units = units(units, quantized.weightsOf(k));
                    for (float bias : biases(linear, units)) {
                        if (!(Math.abs(bias) <= LARGEST_BIAS)) {
                            return Optional.of(who + "a bias is too large for the datapath: " + bias);
                        }
                    }
                    if (k > 1 && !(operators.get(k - 1) instanceof Operator.Relu)) {
                        return Optional.of(who + "the datapath has ReLU behind every layer but the last");
                    }
                    weights += (long) linear.outputs() * linear.window().inputs();
                }
                case Operator.Relu relu -> {
                    if (relu.source() != k - 1) {
                        return Optional.of(who + "the datapath has no branches");
                    }
                    if (!(operators.get(k - 1) instanceof Operator.Linear)) {
                        return Optional.of(who + "the datapath has ReLU behind a layer only");
                    }
                }
                case Operator.MaxPool _, Operator.AveragePool _ -> {
                    return Optional.of(who + "the datapath has no stage that pools");
                }
                case Operator.Add _ -> {
                    return Optional.of(who + "the datapath has no branches");
                }
                case Operator.Input _, Operator.Softmax _ -> {
                    return Optional.of(who + "not at an end of the graph");
                }
            }
        }
        if (!(operators.get(end - 1) instanceof Operator.Linear last)) {
            return Optional.of("'" + operators.get(end - 1).name() + "': the datapath ends with a layer without ReLU");
        }
        if (end < operators.size()
                && operators.get(end) instanceof Operator.Softmax softmax
                && softmax.source() != end - 1) {
            return Optional.of("'" + softmax.name() + "': the datapath has no branches");
        }
        if (quantized.quantization().sumBits() != 16) {
            return Optional.of("'" + last.name() + "': the datapath's sums have 16 bits");
        }
        return weights > MOST_WEIGHTS
                ? Optional.of("unrolled it has " + weights + " weights, more than " + MOST_WEIGHTS)
                : Optional.empty();
    }

    /**
     * Lowers.
     *
     * @param arena owns the weights
     * @throws IllegalArgumentException with the obstacle, if there is one
     */
    public static QuantizedNetwork toNetwork(QuantizedGraph quantized, Arena arena) {
        obstacle(quantized).ifPresent(why -> {
            throw new IllegalArgumentException(
                    "no datapath can run it: model=" + quantized.graph().name() + " operator=" + why);
        });
        List<Operator> operators = quantized.graph().operators();
        List<DenseLayer> layers = new ArrayList<>();
        double scale = 0;
        double units = quantized.quantization().inputUnits();
        int linears = quantized.weights().size();
        for (int k = 0; k < operators.size(); k++) {
            if (operators.get(k) instanceof Operator.Linear linear) {
                QuantizedGraph.Weights weights = quantized.weightsOf(k);
                scale = layers.isEmpty() ? weights.scale() : scale;
                units = units(units, weights);
                layers.add(unroll(linear, weights.layer(), layers.size() < linears - 1, arena)
                        .withBiases(arena, biases(linear, units)));
            }
        }
        return new QuantizedNetwork(quantized.graph().name(), layers, scale);
    }

    /** Units of a layer's sums, where those of its input are known, without shifts; in the order in which {@link GraphInference} computes them. */
    private static double units(double inputUnits, QuantizedGraph.Weights weights) {
        return inputUnits * weights.scale() / (1 << PRODUCT_SHIFT);
    }

    /** For each output, channel by channel. */
    private static float[] biases(Operator.Linear linear, double units) {
        int positions = linear.window().positions();
        float[] biases = new float[linear.outputs()];
        for (int output = 0; output < biases.length; output++) {
            biases[output] = (float) (linear.biases().get(output / positions) * units);
        }
        return biases;
    }

    private static DenseLayer unroll(Operator.Linear linear, DenseLayer layer, boolean relu, Arena arena) {
        Window window = linear.window();
        int inputs = window.inputs();
        int outputs = linear.outputs();
        long address = arena.allocate((long) inputs * outputs * Short.BYTES, Short.BYTES)
                .address();
        int groupChannels = window.channels() / linear.groups();
        int perGroup = layer.outputs() / linear.groups();
        long row = address;
        for (int channel = 0; channel < layer.outputs(); channel++) {
            int firstChannel = channel / perGroup * groupChannels;
            for (int y = 0; y < window.outHeight(); y++) {
                for (int x = 0; x < window.outWidth(); x++, row += (long) inputs * Short.BYTES) {
                    int weight = 0;
                    for (int c = 0; c < groupChannels; c++) {
                        for (int ky = 0; ky < window.kernelHeight(); ky++) {
                            for (int kx = 0; kx < window.kernelWidth(); kx++, weight++) {
                                int line = window.row(y, ky);
                                int column = window.column(x, kx);
                                if (line >= 0 && column >= 0) {
                                    long at = ((long) (firstChannel + c) * window.height() + line) * window.width()
                                            + column;
                                    NativeMemory.putShort(
                                            row + at * Short.BYTES, (short) layer.weight(channel, weight));
                                }
                            }
                        }
                    }
                }
            }
        }
        return new DenseLayer(inputs, outputs, address, relu);
    }
}

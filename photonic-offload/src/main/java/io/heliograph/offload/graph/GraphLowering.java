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
 * that jump. A convolution becomes a dense layer with a row for each of its outputs, zeros where the window is not; its sums are the same integers. Where a pooling operator follows, rows stand in the order of its
 * windows ({@link PooledOrder}), so that the stage that pools has only to count, too.
 *
 * <p>A bias becomes a number in the units of its sum for a query without shifts; the datapath brings it to those of the query at hand. No stage of the datapath adds branches, so graphs with those stay with {@link
 * GraphInference}.
 */
public final class GraphLowering {

    /** The most weights that unrolling may make. */
    public static final long MOST_WEIGHTS = 1L << 24;

    private static final int PRODUCT_SHIFT = 8;

    private GraphLowering() {}

    /** Why a graph is no chain of layers as the datapath has them, with the operator; empty if it is one. */
    public static Optional<String> obstacle(QuantizedGraph quantized) {
        return new LayerChain(quantized).obstacle();
    }

    /**
     * Lowers.
     *
     * @param arena owns the weights
     * @throws IllegalArgumentException with the obstacle, if there is one
     */
    public static QuantizedNetwork toNetwork(QuantizedGraph quantized, Arena arena) {
        LayerChain chain = new LayerChain(quantized);
        chain.obstacle().ifPresent(why -> {
            throw new IllegalArgumentException(
                    "no datapath can run it: model=" + quantized.graph().name() + " operator=" + why);
        });
        List<DenseLayer> layers = new ArrayList<>();
        double scale = 0;
        double units = quantized.quantization().inputUnits();
        for (LayerChain.Link link : chain.links()) {
            scale = layers.isEmpty() ? link.weights().scale() : scale;
            units = units(units, link.weights());
            PooledOrder order = link.order();
            layers.add(unroll(link, order, layers.size() < chain.links().size() - 1, arena)
                    .withBiases(arena, biases(link.linear(), order, units))
                    .withPooling(order.pooling(link.reluBefore(), arena)));
        }
        return new QuantizedNetwork(quantized.graph().name(), layers, scale);
    }

    /** Units of a layer's sums, where those of its input are known, without shifts; in the order in which {@link GraphInference} computes them. */
    static double units(double inputUnits, QuantizedGraph.Weights weights) {
        return inputUnits * weights.scale() / (1 << PRODUCT_SHIFT);
    }

    /** For each neuron, in the units of its sum. */
    private static float[] biases(Operator.Linear linear, PooledOrder order, double units) {
        int positions = linear.window().positions();
        float[] biases = new float[order.count()];
        for (int neuron = 0; neuron < biases.length; neuron++) {
            int output = order.output(neuron);
            biases[neuron] = output == PooledOrder.NOTHING ? 0 : bias(linear, output / positions, units);
        }
        return biases;
    }

    /** The bias of an output channel in the units of its sum. */
    static float bias(Operator.Linear linear, int channel, double units) {
        return (float) (linear.biases().get(channel) * units);
    }

    private static DenseLayer unroll(LayerChain.Link link, PooledOrder order, boolean relu, Arena arena) {
        Window window = link.linear().window();
        int inputs = window.inputs();
        long address = arena.allocate((long) inputs * order.count() * Short.BYTES, Short.BYTES)
                .address();
        long row = address;
        for (int neuron = 0; neuron < order.count(); neuron++, row += (long) inputs * Short.BYTES) {
            if (order.output(neuron) != PooledOrder.NOTHING) {
                fill(link, order.output(neuron), row);
            }
        }
        return new DenseLayer(inputs, order.count(), address, relu);
    }

    /** The weights of an output of a convolution, each where its input is. */
    private static void fill(LayerChain.Link link, int output, long row) {
        Operator.Linear linear = link.linear();
        DenseLayer layer = link.weights().layer();
        Window window = linear.window();
        int groupChannels = window.channels() / linear.groups();
        int channel = output / window.positions();
        int y = output % window.positions() / window.outWidth();
        int x = output % window.outWidth();
        int firstChannel = channel / (layer.outputs() / linear.groups()) * groupChannels;
        int weight = 0;
        for (int c = 0; c < groupChannels; c++) {
            for (int ky = 0; ky < window.kernelHeight(); ky++) {
                for (int kx = 0; kx < window.kernelWidth(); kx++, weight++) {
                    int line = window.row(y, ky);
                    int column = window.column(x, kx);
                    if (line >= 0 && column >= 0) {
                        long at = ((long) (firstChannel + c) * window.height() + line) * window.width() + column;
                        NativeMemory.putShort(row + at * Short.BYTES, (short) layer.weight(channel, weight));
                    }
                }
            }
        }
    }
}

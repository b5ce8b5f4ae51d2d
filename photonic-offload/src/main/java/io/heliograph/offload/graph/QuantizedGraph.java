package io.heliograph.offload.graph;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.FloatLayer;
import io.heliograph.offload.model.QuantizedNetwork;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A graph whose linear operators have integer weights, sign and magnitude apart (MODELS.md, "Integer semantics of graphs").
 *
 * <p>Immutable once made; any thread may read it. The weights live as long as the arena.
 *
 * @param graph whose shapes and biases it has
 * @param weights of each linear operator, by its place
 * @param quantization how it was made
 */
public record QuantizedGraph(LayerGraph graph, Map<Integer, Weights> weights, Quantization quantization) {

    /** Keeps its own map. */
    public QuantizedGraph {
        weights = Map.copyOf(weights);
    }

    /**
     * The integers of one linear operator.
     *
     * @param layer a row per output channel, in im2col order
     * @param scale integers for a weight of 1
     */
    public record Weights(DenseLayer layer, double scale) {}

    /**
     * Quantises.
     *
     * @param arena owns the weights
     * @throws IllegalArgumentException if a weight is no number
     */
    public static QuantizedGraph quantize(LayerGraph graph, Quantization quantization, Arena arena) {
        List<Operator> operators = graph.operators();
        double largest = 0;
        for (Operator operator : operators) {
            if (operator instanceof Operator.Linear linear) {
                largest = Math.max(largest, largest(linear));
            }
        }
        Map<Integer, Weights> weights = new TreeMap<>();
        for (int k = 0; k < operators.size(); k++) {
            if (operators.get(k) instanceof Operator.Linear linear) {
                double own = largest(linear);
                double scale = quantization.perLayer()
                        ? QuantizedNetwork.MAX_WEIGHT / (own == 0 ? 1 : own)
                        : QuantizedNetwork.MAX_WEIGHT / Math.max(1, largest);
                weights.put(k, new Weights(round(linear.weights(), scale, arena), scale));
            }
        }
        return new QuantizedGraph(graph, weights, quantization);
    }

    private static double largest(Operator.Linear linear) {
        double largest = 0;
        FloatLayer layer = linear.weights();
        for (int output = 0; output < layer.outputs(); output++) {
            for (int input = 0; input < layer.inputs(); input++) {
                float weight = layer.weight(output, input);
                if (!Float.isFinite(weight)) {
                    throw new IllegalArgumentException(
                            "weight is no number: operator=" + linear.name() + " weight=" + weight);
                }
                largest = Math.max(largest, Math.abs(weight));
            }
        }
        return largest;
    }

    private static DenseLayer round(FloatLayer layer, double scale, Arena arena) {
        long count = (long) layer.outputs() * layer.inputs();
        long address = arena.allocate(count * Short.BYTES, Short.BYTES).address();
        for (int output = 0; output < layer.outputs(); output++) {
            for (int input = 0; input < layer.inputs(); input++) {
                long at = address + ((long) output * layer.inputs() + input) * Short.BYTES;
                NativeMemory.putShort(at, (short) Math.rint(layer.weight(output, input) * scale));
            }
        }
        return new DenseLayer(layer.inputs(), layer.outputs(), address, false);
    }

    /** The integers of the linear operator at a place. */
    Weights weightsOf(int operator) {
        Weights found = weights.get(operator);
        if (found == null) {
            throw new IllegalArgumentException("not a linear operator: operator=" + operator);
        }
        return found;
    }

    /** Multiplications of a query, padding left out of none. */
    public long multiplications() {
        long total = 0;
        for (Map.Entry<Integer, Weights> entry : weights.entrySet()) {
            DenseLayer layer = entry.getValue().layer();
            total += (long) graph.operators().get(entry.getKey()).outputs() * layer.inputs();
        }
        return total;
    }
}

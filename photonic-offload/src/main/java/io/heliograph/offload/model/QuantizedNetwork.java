package io.heliograph.offload.model;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A chain of dense layers in LIGHTNING's integers: one scale for all layers, sign and magnitude apart; pooling where a layer says so, ReLU and
 * normalisation after every layer but the last.
 *
 * <p>Immutable once made; any thread may read it. The weights live as long as the arena.
 *
 * @param name for people
 * @param layers first to last
 * @param scale integers for a weight of 1; of the first layer, where each has its own
 */
public record QuantizedNetwork(String name, List<DenseLayer> layers, double scale) {

    /** The largest magnitude of a weight. */
    public static final int MAX_WEIGHT = 255;

    /** Refuses layers that do not fit onto each other. */
    public QuantizedNetwork {
        layers = List.copyOf(layers);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("network without layers: name=" + name);
        }
        for (int k = 1; k < layers.size(); k++) {
            if (layers.get(k).inputs() != layers.get(k - 1).values()) {
                throw new IllegalArgumentException("layers do not fit: layer=" + (k + 1) + " inputs="
                        + layers.get(k).inputs() + " values before="
                        + layers.get(k - 1).values());
            }
        }
    }

    /**
     * Quantises with LIGHTNING's scheme: s = 255 / max(1, largest |w| of all layers), q = w s rounded half to even.
     *
     * @param arena owns the weights
     */
    public static QuantizedNetwork quantize(String name, List<FloatLayer> layers, Arena arena) {
        double scale = MAX_WEIGHT / Math.max(1, largestOf(layers));
        return quantize(name, layers, Collections.nCopies(layers.size(), scale), arena);
    }

    /**
     * Quantises with a scale for each layer, 255 / largest |w| of it, rounded half to even. Classes do not change by that but for rounding, as every layer is followed by a
     * normalisation or is the last.
     *
     * @param arena owns the weights
     */
    public static QuantizedNetwork quantizePerLayer(String name, List<FloatLayer> layers, Arena arena) {
        List<Double> scales = new ArrayList<>();
        for (FloatLayer layer : layers) {
            double largest = largestOf(List.of(layer));
            scales.add(MAX_WEIGHT / (largest == 0 ? 1 : largest));
        }
        return quantize(name, layers, scales, arena);
    }

    private static QuantizedNetwork quantize(String name, List<FloatLayer> layers, List<Double> scales, Arena arena) {
        List<DenseLayer> quantized = new ArrayList<>();
        for (int k = 0; k < layers.size(); k++) {
            FloatLayer layer = layers.get(k);
            double scale = scales.get(k);
            long weights = (long) layer.outputs() * layer.inputs();
            long address = arena.allocate(weights * Short.BYTES, Short.BYTES).address();
            for (int output = 0; output < layer.outputs(); output++) {
                for (int input = 0; input < layer.inputs(); input++) {
                    long at = address + ((long) output * layer.inputs() + input) * Short.BYTES;
                    NativeMemory.putShort(at, (short) Math.rint(layer.weight(output, input) * scale));
                }
            }
            quantized.add(new DenseLayer(layer.inputs(), layer.outputs(), address, k < layers.size() - 1));
        }
        return new QuantizedNetwork(name, quantized, scales.isEmpty() ? 0 : scales.getFirst());
    }

    private static double largestOf(List<FloatLayer> layers) {
        double largest = 0;
        for (FloatLayer layer : layers) {
            for (int output = 0; output < layer.outputs(); output++) {
                for (int input = 0; input < layer.inputs(); input++) {
                    float weight = layer.weight(output, input);
                    if (!Float.isFinite(weight)) {
                        throw new IllegalArgumentException(
                                "weight is no number: output=" + output + " input=" + input + " weight=" + weight);
                    }
                    largest = Math.max(largest, Math.abs(weight));
                }
            }
        }
        return largest;
    }

    /** Bytes of a query: one for each input of the first layer. */
    public int inputs() {
        return layers.getFirst().inputs();
    }

    /** Sums of an answer. */
    public int outputs() {
        return layers.getLast().values();
    }

    /** Whether a layer pools. */
    public boolean pools() {
        for (DenseLayer layer : layers) {
            if (layer.pooling().pools()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a layer has biases. */
    public boolean hasBiases() {
        for (DenseLayer layer : layers) {
            if (layer.hasBiases()) {
                return true;
            }
        }
        return false;
    }

    /** The most outputs that a layer has. */
    public int widest() {
        int widest = 0;
        for (DenseLayer layer : layers) {
            widest = Math.max(widest, layer.outputs());
        }
        return widest;
    }

    /** Multiplications of a query. */
    public long multiplications() {
        long total = 0;
        for (DenseLayer layer : layers) {
            total += (long) layer.inputs() * layer.outputs();
        }
        return total;
    }
}

package io.heliograph.offload.model;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;

/**
 * A dense layer of integers: weights of -255 to 255, off the heap as 16-bit values, row-major, a row per neuron; and biases, if it has any.
 *
 * <p>A bias is a number of 32-bit floating point in the units of the layer's sums, for a query whose vectors were not shifted between the layers: 24 bits and where they stand, so that the shifts of a query, which are
 * powers of two, move it without loss. What is added to a sum is an integer, rounded half to even ({@link #addend}).
 *
 * @param inputs of each neuron
 * @param outputs neurons
 * @param address of the first weight
 * @param relu whether ReLU and normalisation follow; not in the last layer
 * @param biases address of a float for each output, or 0 for none
 * @param pooling what of its neurons' sums goes on, before ReLU
 */
public record DenseLayer(int inputs, int outputs, long address, boolean relu, long biases, Pooling pooling) {

    /** Refuses windows that do not take all neurons. */
    public DenseLayer {
        if (outputs % pooling.window() != 0) {
            throw new IllegalArgumentException(
                    "windows do not take all neurons: outputs=" + outputs + " window=" + pooling.window());
        }
    }

    /** A layer without biases that does not pool. */
    public DenseLayer(int inputs, int outputs, long address, boolean relu) {
        this(inputs, outputs, address, relu, 0, Pooling.NONE);
    }

    /** The same layer, pooled. */
    public DenseLayer withPooling(Pooling pooled) {
        return new DenseLayer(inputs, outputs, address, relu, biases, pooled);
    }

    /** Values that go on to the next layer, or are the answer: one for each window, or neuron. */
    public int values() {
        return outputs / pooling.window();
    }

    /**
     * The same layer with biases; without, if all are 0.
     *
     * @param arena owns them
     * @param values one for each output
     */
    public DenseLayer withBiases(Arena arena, float... values) {
        if (values.length != outputs) {
            throw new IllegalArgumentException(
                    "not a bias for each output: biases=" + values.length + " outputs=" + outputs);
        }
        boolean any = false;
        for (float value : values) {
            any |= value != 0;
        }
        long to =
                any ? arena.allocate((long) outputs * Float.BYTES, Float.BYTES).address() : 0;
        for (int output = 0; any && output < outputs; output++) {
            NativeMemory.putInt(to + (long) output * Float.BYTES, Float.floatToRawIntBits(values[output]));
        }
        return new DenseLayer(inputs, outputs, address, relu, to, pooling);
    }

    /** The weight of one input of one neuron. */
    public int weight(int output, int input) {
        return NativeMemory.getShort(address + ((long) output * inputs + input) * Short.BYTES);
    }

    /** Whether something is added to its sums. */
    public boolean hasBiases() {
        return biases != 0;
    }

    /** The bias of a neuron; 0 if the layer has none. */
    public float bias(int output) {
        return hasBiases() ? biasAt(biases, output) : 0;
    }

    /**
     * What is added to the sum of a neuron.
     *
     * @param units how many units of the sums now stand for one without shifts: 2 to the power of minus all shifts so far
     */
    public int addend(int output, double units) {
        return hasBiases() ? addend(biasAt(biases, output), units) : 0;
    }

    /** What is added for a bias, as {@link #addend(int, double)} says. */
    public static int addend(float bias, double units) {
        return (int) Math.rint(bias * units);
    }

    /** One of several biases. */
    public static float biasAt(long biases, int output) {
        return Float.intBitsToFloat(NativeMemory.getInt(biases + (long) output * Float.BYTES));
    }

    /** Words of {@code lanes} groups of inputs that a neuron takes; the last one is padded with zeros. */
    public int wordsPerNeuron(int lanes, int wavelengths) {
        return Grouping.words(inputs, wavelengths, lanes);
    }
}

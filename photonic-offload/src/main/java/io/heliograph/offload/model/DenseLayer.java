package io.heliograph.offload.model;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * A dense layer of integers: weights of -255 to 255, off the heap as 16-bit values, row-major, a row per neuron.
 *
 * @param inputs of each neuron
 * @param outputs neurons
 * @param address of the first weight
 * @param relu whether ReLU and normalisation follow; not in the last layer
 */
public record DenseLayer(int inputs, int outputs, long address, boolean relu) {

    /** The weight of one input of one neuron. */
    public int weight(int output, int input) {
        return NativeMemory.getShort(address + ((long) output * inputs + input) * Short.BYTES);
    }

    /** Words of {@code lanes} values that an input vector takes; the last one is padded with zeros. */
    public int wordsPerNeuron(int lanes) {
        return (inputs + lanes - 1) / lanes;
    }
}

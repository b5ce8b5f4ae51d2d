package io.heliograph.offload.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A dense layer in float, as training leaves it; no biases.
 *
 * @param outputs neurons
 * @param inputs of each
 * @param weights little-endian float32, row-major, a row per neuron
 */
public record FloatLayer(int outputs, int inputs, MemorySegment weights) {

    private static final ValueLayout.OfFloat LITTLE_ENDIAN =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Refuses a shape that the weights do not have. */
    public FloatLayer {
        long bytes = (long) outputs * inputs * Float.BYTES;
        if (outputs < 1 || inputs < 1 || weights.byteSize() != bytes) {
            throw new IllegalArgumentException("weights do not fit: outputs=" + outputs + " inputs=" + inputs
                    + " bytes=" + weights.byteSize() + " expected=" + bytes);
        }
    }

    /** The weight of one input of one neuron. */
    public float weight(int output, int input) {
        return weights.get(LITTLE_ENDIAN, ((long) output * inputs + input) * Float.BYTES);
    }
}

package io.heliograph.offload.device;

import io.heliograph.bindings.memory.NativeMemory;

/** Without noise or loss: a sample is the floor of value x value / 256. */
final class ExactDetector implements Detector {

    private static final int PRODUCT_SHIFT = 8;
    private static final long MASK = 0xFF;
    private static final long VALUES = 0x00FF_00FF_00FF_00FFL;

    private final LightHistory activations;
    private final LightHistory weights;
    private final int lanes;

    ExactDetector(LightHistory activations, LightHistory weights, int lanes) {
        this.activations = activations;
        this.weights = weights;
        this.lanes = lanes;
    }

    @Override
    public void sample(long entry, long activationSample, long weightSample, long to) {
        long activation = activations.at(activationSample);
        long weight = weights.at(weightSample);
        for (long at = 0; at < (long) lanes * OperandWord.LANE_BYTES; at += Long.BYTES) {
            long values = NativeMemory.getLong(weight + at);
            NativeMemory.putLong(to + at, values == 0 ? 0 : products(NativeMemory.getLong(activation + at), values));
        }
    }

    /** Four lanes; products of 16 bits, of which the upper eight become a code each. */
    private static long products(long a, long b) {
        long low = (a & MASK) * (b & MASK) | (a >>> 16 & MASK) * (b >>> 16 & MASK) << 16;
        long high = (a >>> 32 & MASK) * (b >>> 32 & MASK) | (a >>> 48 & MASK) * (b >>> 48 & MASK) << 16;
        return ((low | high << 32) >>> PRODUCT_SHIFT & VALUES) << OperandWord.VALUE_SHIFT;
    }
}

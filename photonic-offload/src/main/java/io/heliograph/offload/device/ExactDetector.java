package io.heliograph.offload.device;

import io.heliograph.bindings.memory.NativeMemory;

/** Without noise or loss: a sample is the floor of value x value / 256. */
final class ExactDetector implements Detector {

    private static final int PRODUCT_SHIFT = 8;

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
        for (long lane = 0; lane < (long) lanes * OperandWord.LANE_BYTES; lane += OperandWord.LANE_BYTES) {
            int product =
                    NativeMemory.getShort(activation + lane) * NativeMemory.getShort(weight + lane) >> PRODUCT_SHIFT;
            NativeMemory.putShort(to + lane, OperandWord.code(product));
        }
    }
}

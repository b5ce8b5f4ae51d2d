package io.heliograph.offload.device;

/** Photodetector and ADC. */
interface Detector {

    /**
     * Samples one cycle.
     *
     * @param entry the cycle
     * @param activationSample of the activation arm's history that arrives first in it
     * @param weightSample the same of the weight arm
     * @param to where the codes go
     */
    void sample(long entry, long activationSample, long weightSample, long to);
}

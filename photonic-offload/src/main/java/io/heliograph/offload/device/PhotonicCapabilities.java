package io.heliograph.offload.device;

/**
 * What a photonic device is.
 *
 * @param lanes samples that each converter takes or gives in a cycle of the logic clock
 * @param wavelengths multiplied side by side and summed by one photodetector
 * @param dacBits of a value that the modulators tell apart, 1 to 8
 * @param adcBits of a sample, 1 to 8
 * @param sampleRateHz of the converters
 * @param latencyCycles from operand to sample at most, in whole cycles: the photonic slack
 * @param weightWords that the weight memory holds
 * @param ringEntries of each operand ring and of the sample ring, a power of two
 */
public record PhotonicCapabilities(
        int lanes,
        int wavelengths,
        int dacBits,
        int adcBits,
        long sampleRateHz,
        int latencyCycles,
        int weightWords,
        int ringEntries) {

    /** Cycles of the logic clock in a second, which moves one word of all lanes a cycle. */
    public long clockHz() {
        return sampleRateHz / lanes;
    }
}

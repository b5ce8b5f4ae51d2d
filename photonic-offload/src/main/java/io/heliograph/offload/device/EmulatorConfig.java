package io.heliograph.offload.device;

import io.heliograph.offload.noise.NoiseModel;

/**
 * The optics and electronics of an emulated device.
 *
 * @param lanes samples a cycle; a power of two, 4 to 32
 * @param wavelengths 1 to 64
 * @param dacBits 1 to 8
 * @param adcBits 1 to 8
 * @param sampleRateHz of the converters
 * @param activationFlight samples from the activation ring to the ADC: converters, modulators and fibre
 * @param weightFlight the same for the weight arm
 * @param transmission of light from laser to detector, above 0, at most 1 for the full scale of the ADC
 * @param curve of both modulators
 * @param crosstalk share of the weight of each neighbouring wavelength that a wavelength is multiplied with as well; -20 dB (0.01) is what
 *     add-drop filters of silicon microrings are commonly designed to (Jayatilleka et al., "Crosstalk in SOI microring resonator-based filters", J. Lightwave
 *     Technol. 34(12), 2016)
 * @param driftRadiansPerSecond of the bias of both modulators, as slow DC drift of lithium niobate has it (Salvestrini et al., "Analysis and control of the
 *     DC drift in LiNbO3-based Mach-Zehnder modulators", J. Lightwave Technol. 29(10), 2011); in emulated time
 * @param noise {@code None}, {@code Product} (each sample whose weight arm is not dark) or {@code Receiver} (each sample is a readout); {@code
 *     Output} knows layers, which a device does not
 * @param seed of the noise
 * @param weightWords of the weight memory
 * @param ringEntries a power of two, at least 16
 */
public record EmulatorConfig(
        int lanes,
        int wavelengths,
        int dacBits,
        int adcBits,
        long sampleRateHz,
        int activationFlight,
        int weightFlight,
        double transmission,
        TransferCurve curve,
        double crosstalk,
        double driftRadiansPerSecond,
        NoiseModel noise,
        long seed,
        int weightWords,
        int ringEntries) {

    private static final int MAX_FLIGHT = 1 << 16;

    /**
     * LIGHTNING's prototype as its test bench has it: 16 lanes, one core, 4.055 GS/s (SIGCOMM'23, section 6); photonic multiplier of latency 10, inter-cycle delay 2
     * and 3 samples of shift before and behind the product, which with the registers of the shifts makes 186 samples on the activation arm and 109 on the
     * weight arm.
     */
    public static final EmulatorConfig LIGHTNING = new EmulatorConfig(
            16,
            1,
            8,
            8,
            4_055_000_000L,
            186,
            109,
            1,
            TransferCurve.PREDISTORTED,
            0,
            0,
            new NoiseModel.None(),
            0,
            1 << 16,
            64);

    /** Refuses what cannot be built. */
    public EmulatorConfig {
        check(lanes >= 4 && lanes <= 32 && Integer.bitCount(lanes) == 1, "lanes", lanes);
        check(wavelengths >= 1 && wavelengths <= 64, "wavelengths", wavelengths);
        check(dacBits >= 1 && dacBits <= 8, "dacBits", dacBits);
        check(adcBits >= 1 && adcBits <= 8, "adcBits", adcBits);
        check(sampleRateHz >= lanes, "sampleRateHz", sampleRateHz);
        check(activationFlight >= 0 && activationFlight <= MAX_FLIGHT, "activationFlight", activationFlight);
        check(weightFlight >= 0 && weightFlight <= MAX_FLIGHT, "weightFlight", weightFlight);
        check(transmission > 0 && transmission <= 1, "transmission", transmission);
        check(crosstalk >= 0 && crosstalk <= 0.5, "crosstalk", crosstalk);
        check(crosstalk == 0 || wavelengths > 1, "crosstalk between one wavelength and itself", crosstalk);
        check(Double.isFinite(driftRadiansPerSecond), "driftRadiansPerSecond", driftRadiansPerSecond);
        check(!(noise instanceof NoiseModel.Output), "noise per layer output is not a device's", noise);
        check(weightWords >= wavelengths, "weightWords", weightWords);
        check(ringEntries >= 16 && Integer.bitCount(ringEntries) == 1, "ringEntries", ringEntries);
    }

    private static void check(boolean sensible, String name, Object value) {
        if (!sensible) {
            throw new IllegalArgumentException("no such device: " + name + "=" + value);
        }
    }

    /** Whether a sample is the floor of value x value / 256, bit by bit. */
    public boolean isExact() {
        return transmission == 1
                && curve == TransferCurve.PREDISTORTED
                && crosstalk == 0
                && driftRadiansPerSecond == 0
                && noise instanceof NoiseModel.None
                && dacBits == 8
                && adcBits == 8;
    }

    /** The same with other times of flight, in samples. */
    public EmulatorConfig withFlight(int activation, int weight) {
        return new EmulatorConfig(
                lanes,
                wavelengths,
                dacBits,
                adcBits,
                sampleRateHz,
                activation,
                weight,
                transmission,
                curve,
                crosstalk,
                driftRadiansPerSecond,
                noise,
                seed,
                weightWords,
                ringEntries);
    }

    /** The same with other noise. */
    public EmulatorConfig withNoise(NoiseModel model, long noiseSeed) {
        return new EmulatorConfig(
                lanes,
                wavelengths,
                dacBits,
                adcBits,
                sampleRateHz,
                activationFlight,
                weightFlight,
                transmission,
                curve,
                crosstalk,
                driftRadiansPerSecond,
                model,
                noiseSeed,
                weightWords,
                ringEntries);
    }

    /** The same with other optics. */
    public EmulatorConfig withOptics(double share, TransferCurve modulators, double leak, double drift) {
        return new EmulatorConfig(
                lanes,
                wavelengths,
                dacBits,
                adcBits,
                sampleRateHz,
                activationFlight,
                weightFlight,
                share,
                modulators,
                leak,
                drift,
                noise,
                seed,
                weightWords,
                ringEntries);
    }

    /** The same with other converters. */
    public EmulatorConfig withConverters(int newLanes, int newWavelengths, int newDacBits, int newAdcBits) {
        return new EmulatorConfig(
                newLanes,
                newWavelengths,
                newDacBits,
                newAdcBits,
                sampleRateHz,
                activationFlight,
                weightFlight,
                transmission,
                curve,
                crosstalk,
                driftRadiansPerSecond,
                noise,
                seed,
                weightWords,
                ringEntries);
    }

    /** The same with another size of weight memory. */
    public EmulatorConfig withWeightWords(int words) {
        return new EmulatorConfig(
                lanes,
                wavelengths,
                dacBits,
                adcBits,
                sampleRateHz,
                activationFlight,
                weightFlight,
                transmission,
                curve,
                crosstalk,
                driftRadiansPerSecond,
                noise,
                seed,
                words,
                ringEntries);
    }
}

package io.heliograph.offload.device;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.noise.Chance;
import io.heliograph.offload.noise.NoiseModel;
import io.heliograph.transport.RandomSource;

/**
 * With everything that an {@link EmulatorConfig} may have: curves, loss, wavelengths that leak into each other, drift, noise.
 *
 * <p>Light is the product of both modulators' transmissions and the loss, summed over the wavelengths; 1 is the ADC's full scale of one wavelength, and there
 * it saturates. The ADC gives the floor, to which {@code Product} noise is added in its own units, rounded, at least 0.
 */
final class AnalogDetector implements Detector {

    private static final int LEVELS = 256;
    private static final double FULL_SCALE = 255;
    /** A product of full scale, 255 x 255 / 256, in values. */
    private static final double VALUES = FULL_SCALE * FULL_SCALE / 256;
    /** Against the rounding of sines and roots: an ideal product must not lose its last unit. */
    private static final double ROUNDING = 1e-9;
    /** How often the curves are brought up to date with the drift, in cycles. */
    private static final int DRIFT_INTERVAL = 1024;

    private final EmulatorConfig config;
    private final Chance chance;
    private final LightHistory[] activations;
    private final LightHistory[] weights;
    private final double[] curve = new double[LEVELS];
    private final int adcDropped;

    AnalogDetector(EmulatorConfig config, RandomSource bits, LightHistory[] activations, LightHistory[] weights) {
        this.config = config;
        this.chance = new Chance(bits);
        this.activations = activations;
        this.weights = weights;
        adcDropped = Byte.SIZE - config.adcBits();
        bendCurve(0);
    }

    private void bendCurve(long entry) {
        double seconds = (double) entry * config.lanes() / config.sampleRateHz();
        double drift = config.driftRadiansPerSecond() * seconds;
        for (int level = 0; level < LEVELS; level++) {
            curve[level] = config.curve().transmission(level / FULL_SCALE, drift);
        }
    }

    @Override
    public void sample(long entry, long activationSample, long weightSample, long to) {
        if (config.driftRadiansPerSecond() != 0 && entry % DRIFT_INTERVAL == 0) {
            bendCurve(entry);
        }
        for (int lane = 0; lane < config.lanes(); lane++) {
            double light = 0;
            boolean dark = true;
            for (int k = 0; k < config.wavelengths(); k++) {
                int weight = level(weights[k], weightSample, lane);
                dark &= weight == 0;
                double passes = curve[weight] + config.crosstalk() * neighbours(k, weightSample, lane);
                light += curve[level(activations[k], activationSample, lane)] * passes;
            }
            int value = convert(light * config.transmission(), dark);
            NativeMemory.putShort(to + (long) lane * OperandWord.LANE_BYTES, OperandWord.code(value));
        }
    }

    private double neighbours(int wavelength, long sample, int lane) {
        double leak = 0;
        if (wavelength > 0) {
            leak += curve[level(weights[wavelength - 1], sample, lane)];
        }
        if (wavelength < config.wavelengths() - 1) {
            leak += curve[level(weights[wavelength + 1], sample, lane)];
        }
        return leak;
    }

    private static int level(LightHistory arm, long sample, int lane) {
        return NativeMemory.getShort(arm.at(sample + lane));
    }

    private int convert(double light, boolean dark) {
        double value = switch (config.noise()) {
            case NoiseModel.None() -> Math.floor(light * VALUES + ROUNDING);
            case NoiseModel.Output(double sigma) -> throw new IllegalStateException("not a device's noise");
            case NoiseModel.Product(double sigma) -> {
                double floor = Math.floor(light * VALUES + ROUNDING);
                yield dark ? floor : Math.rint(floor + sigma * chance.gaussian());
            }
            case NoiseModel.Receiver receiver -> {
                double electrons = chance.poisson(light * receiver.photonsPerMac())
                        + receiver.thermalElectrons() * chance.gaussian();
                yield Math.rint(electrons / receiver.photonsPerMac() * VALUES);
            }
        };
        int bounded = (int) Math.max(0, Math.min(OperandWord.MAX_VALUE, value));
        return bounded >> adcDropped << adcDropped;
    }
}

package io.heliograph.offload.device;

/** How much of the light a modulator passes for a value of its DAC, as the phase whose squared sine is the transmission. */
public enum TransferCurve {
    /** The driver knows the curve and sends the voltage that gives the value: transmission is value / 255. */
    PREDISTORTED {
        @Override
        double phase(double value) {
            return Math.asin(Math.sqrt(value));
        }
    },
    /** The value is the voltage of a Mach-Zehnder modulator, 255 at V-pi: transmission is sin^2(pi/2 value / 255). */
    MACH_ZEHNDER {
        @Override
        double phase(double value) {
            return Math.PI / 2 * value;
        }
    };

    abstract double phase(double value);

    /**
     * The share of the light that passes.
     *
     * @param value 0 to 1
     * @param drift of the bias, in radians
     */
    double transmission(double value, double drift) {
        double sine = Math.sin(phase(value) + drift);
        return sine * sine;
    }
}

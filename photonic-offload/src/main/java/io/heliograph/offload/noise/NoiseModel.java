package io.heliograph.offload.noise;

/** Where noise enters and how much of it; standard deviations are in units of the 8-bit full scale, 255. */
public sealed interface NoiseModel {

    /** What LIGHTNING's own emulation uses (emulation/emulate_*.py): measured on its testbed, mean 0 after calibration. */
    double LIGHTNING_SIGMA = 1.6569279459762971;

    /** No noise: exact. */
    record None() implements NoiseModel {}

    /**
     * Gaussian, once per output of a layer: ReLU'd outputs scaled so that the largest magnitude is 255 and rounded, |x| + N, absolute value,
     * sign restored. LIGHTNING's own emulation.
     */
    record Output(double sigma) implements NoiseModel {
        /** Refuses a negative deviation. */
        public Output {
            checkSigma(sigma);
        }
    }

    /** Gaussian, once per product of a weight that is not zero, at the ADC, which reads no less than 0. */
    record Product(double sigma) implements NoiseModel {
        /** Refuses a negative deviation. */
        public Product {
            checkSigma(sigma);
        }
    }

    /**
     * Thermal and shot noise once per readout of an integrating detector, as NETCAST has it (Sludds et al., Science 378:270, 2022): sqrt(k T C) / q
     * electrons, and Poisson.
     *
     * @param photonsPerMac detected for a product of full scale, 255 x 255, of which most products are a small part; 40 aJ at 1550 nm are 312
     * @param capacitanceFarads of the integrator
     * @param temperatureKelvin of the integrator
     */
    record Receiver(double photonsPerMac, double capacitanceFarads, double temperatureKelvin) implements NoiseModel {
        private static final double BOLTZMANN = 1.380649e-23;
        private static final double ELEMENTARY_CHARGE = 1.602176634e-19;

        /** NETCAST's 40 aJ per MAC; 1 fF and 300 K are assumptions of ours: a receiver integrated next to its detector at room temperature. */
        public static final Receiver NETCAST = new Receiver(312, 1e-15, 300);

        /** Refuses what is not physical. */
        public Receiver {
            if (!(photonsPerMac > 0 && capacitanceFarads >= 0 && temperatureKelvin >= 0)) {
                throw new IllegalArgumentException("no receiver: photonsPerMac=" + photonsPerMac + " capacitanceFarads="
                        + capacitanceFarads + " temperatureKelvin=" + temperatureKelvin);
            }
        }

        /** Standard deviation of the thermal noise of one readout, in electrons. */
        public double thermalElectrons() {
            return Math.sqrt(BOLTZMANN * temperatureKelvin * capacitanceFarads) / ELEMENTARY_CHARGE;
        }
    }

    private static void checkSigma(double sigma) {
        if (!(sigma >= 0 && sigma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("no standard deviation: sigma=" + sigma);
        }
    }
}

package io.heliograph.offload.noise;

import io.heliograph.transport.RandomSource;

/**
 * Gaussian and Poisson numbers from a source of bits: the same bits give the same numbers on every machine.
 *
 * <p>Gaussian: the ziggurat of Marsaglia and Tsang ("The ziggurat method for generating random variables", Journal of Statistical Software
 * 5(8), 2000) with 128 layers; layer and abscissa come from different bits of one word. Poisson: products of uniforms for small means (Knuth), the
 * rounded Gaussian above 60, where its skew is below 0.13. Not thread-safe; allocates nothing.
 */
public final class Chance {

    private static final int LAYERS = 128;
    private static final double TAIL = 3.442619855899;
    private static final double AREA = 9.91256303526217e-3;
    private static final double LARGE_MEAN = 60;

    private static final double[] EDGES = new double[LAYERS + 1];
    private static final double[] HEIGHTS = new double[LAYERS + 1];

    static {
        double height = StrictMath.exp(-0.5 * TAIL * TAIL);
        EDGES[0] = AREA / height;
        EDGES[1] = TAIL;
        for (int k = 2; k < LAYERS; k++) {
            EDGES[k] = StrictMath.sqrt(-2 * StrictMath.log(AREA / EDGES[k - 1] + height));
            height = StrictMath.exp(-0.5 * EDGES[k] * EDGES[k]);
        }
        for (int k = 0; k <= LAYERS; k++) {
            HEIGHTS[k] = StrictMath.exp(-0.5 * EDGES[k] * EDGES[k]);
        }
    }

    private final RandomSource bits;

    /** Numbers from these bits. */
    public Chance(RandomSource bits) {
        this.bits = bits;
    }

    /** Mean 0, standard deviation 1. */
    public double gaussian() {
        while (true) {
            long word = bits.nextLong();
            int layer = (int) word & LAYERS - 1;
            // Signed, from the upper 53 bits.
            double x = (word >> 11) * 0x1.0p-52 * EDGES[layer];
            if (Math.abs(x) < EDGES[layer + 1]) {
                return x;
            }
            if (layer == 0) {
                return tail(x < 0);
            }
            double density = StrictMath.exp(-0.5 * x * x);
            if (HEIGHTS[layer] + uniform() * (HEIGHTS[layer + 1] - HEIGHTS[layer]) < density) {
                return x;
            }
        }
    }

    /** Beyond the last edge (Marsaglia, 1964). */
    private double tail(boolean negative) {
        double x;
        double y;
        do {
            x = -StrictMath.log(uniform()) / TAIL;
            y = -StrictMath.log(uniform());
        } while (y + y < x * x);
        return negative ? -TAIL - x : TAIL + x;
    }

    /** A count with this mean, at least 0. */
    public double poisson(double mean) {
        if (mean > LARGE_MEAN) {
            return Math.max(0, Math.rint(mean + Math.sqrt(mean) * gaussian()));
        }
        double limit = StrictMath.exp(-mean);
        double product = uniform();
        int count = 0;
        while (product > limit) {
            product *= uniform();
            count++;
        }
        return count;
    }

    /** Above 0, at most 1. */
    private double uniform() {
        return ((bits.nextLong() >>> 11) + 1) * 0x1.0p-53;
    }
}

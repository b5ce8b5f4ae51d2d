package io.heliograph.offload.noise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.SeededRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChanceTest {

    private static final int DRAWS = 400_000;

    /** The share of a normal distribution below each bound, from tables. */
    @Test
    void shouldBeNormallyDistributed() {
        double[] bounds = {-3.5, -3, -2, -1, -0.5, 0, 0.5, 1, 2, 3, 3.5};
        double[] below = {
            0.000233, 0.001350, 0.022750, 0.158655, 0.308538, 0.5, 0.691462, 0.841345, 0.977250, 0.998650, 0.999767
        };
        int[] counts = new int[bounds.length];
        Chance chance = new Chance(new SeededRandom(1));
        double sum = 0;
        double squares = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            double x = chance.gaussian();
            sum += x;
            squares += x * x;
            for (int k = 0; k < bounds.length; k++) {
                counts[k] += x < bounds[k] ? 1 : 0;
            }
        }
        assertEquals(0, sum / DRAWS, 5 / Math.sqrt(DRAWS));
        assertEquals(1, squares / DRAWS, 5 * Math.sqrt(2.0 / DRAWS));
        for (int k = 0; k < bounds.length; k++) {
            double deviation = Math.sqrt(below[k] * (1 - below[k]) / DRAWS);
            assertEquals(below[k], (double) counts[k] / DRAWS, 5 * deviation + 1e-6, "below " + bounds[k]);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 1, 7, 59, 61, 1_000})
    void shouldHaveThePoissonsMeanAndVariance(double mean) {
        Chance chance = new Chance(new SeededRandom(2));
        double sum = 0;
        double squares = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            double count = chance.poisson(mean);
            assertTrue(count >= 0 && count == Math.rint(count));
            sum += count;
            squares += (count - mean) * (count - mean);
        }
        assertEquals(mean, sum / DRAWS, 5 * Math.sqrt(mean / DRAWS));
        assertEquals(mean, squares / DRAWS, mean * 0.02 + 0.002);
    }

    @Test
    void shouldReplayASeed() {
        Chance one = new Chance(new SeededRandom(3));
        Chance other = new Chance(new SeededRandom(3));
        for (int draw = 0; draw < 10_000; draw++) {
            assertEquals(one.gaussian(), other.gaussian());
            assertEquals(one.poisson(draw % 100), other.poisson(draw % 100));
        }
    }
}

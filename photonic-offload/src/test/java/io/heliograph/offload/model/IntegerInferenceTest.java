package io.heliograph.offload.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.RandomNetworks;
import io.heliograph.offload.SharedData;
import io.heliograph.transport.SeededRandom;
import java.io.IOException;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

final class IntegerInferenceTest {

    /** Written from the rules of the integer semantics, one after the other. */
    private static int[] byTheRules(QuantizedNetwork network, long input) {
        int[] activations = new int[network.inputs()];
        for (int k = 0; k < activations.length; k++) {
            activations[k] = NativeMemory.getByte(input + k) & 0xFF;
        }
        for (DenseLayer layer : network.layers()) {
            int[] sums = new int[layer.outputs()];
            int maximum = 0;
            for (int output = 0; output < sums.length; output++) {
                short sum = 0;
                for (int k = 0; k < activations.length; k++) {
                    int weight = layer.weight(output, k);
                    int product = activations[k] * Math.abs(weight) / 256;
                    sum = (short) (weight < 0 ? sum - product : sum + product);
                }
                sums[output] = layer.relu() && sum < 0 ? 0 : sum;
                maximum = Math.max(maximum, sums[output]);
            }
            if (layer.relu()) {
                for (int output = 0; output < sums.length; output++) {
                    for (int top = maximum; top >= 256; top /= 2) {
                        sums[output] /= 2;
                    }
                    for (int top = maximum; top > 0 && top < 128; top *= 2) {
                        sums[output] *= 2;
                    }
                }
            }
            activations = sums;
        }
        return activations;
    }

    @Test
    void shouldFollowTheRules() {
        for (long seed = 1; seed <= 100; seed++) {
            SeededRandom random = new SeededRandom(seed);
            try (Arena arena = Arena.ofConfined()) {
                int[] widths = new int[2 + random.nextInt(4)];
                for (int k = 0; k < widths.length; k++) {
                    widths[k] = 1 + random.nextInt(200);
                }
                QuantizedNetwork network = RandomNetworks.network(random, 1 + random.nextInt(100), arena, widths);
                IntegerInference inference = new IntegerInference(network, arena);
                for (int query = 0; query < 5; query++) {
                    long input = RandomNetworks.input(random, network.inputs(), arena);
                    int answer = inference.infer(input);
                    int[] expected = byTheRules(network, input);
                    int best = 0;
                    for (int k = 0; k < expected.length; k++) {
                        assertEquals(expected[k], inference.sum(k), "seed=" + seed + " query=" + query);
                        best = expected[k] > expected[best] ? k : best;
                    }
                    assertEquals(best, answer, "seed=" + seed + " query=" + query);
                }
            }
        }
    }

    @Test
    void shouldKnow9598OfMnistsDigits() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            ImageSet images = SharedData.mnist(arena);
            IntegerInference inference = new IntegerInference(SharedData.lenet(arena), arena);
            int right = 0;
            for (int image = 0; image < images.count(); image++) {
                right += inference.infer(images.image(image)) == images.label(image) ? 1 : 0;
            }
            assertEquals(9_598, right, "95.98 % (DATAPATH.md)");
        }
    }

    @Test
    void shouldShiftTheTopBitToBit7() {
        assertEquals(0, Normalization.shiftFor(0));
        assertEquals(-7, Normalization.shiftFor(1));
        assertEquals(-1, Normalization.shiftFor(127));
        assertEquals(0, Normalization.shiftFor(128));
        assertEquals(0, Normalization.shiftFor(255));
        assertEquals(1, Normalization.shiftFor(256));
        assertEquals(7, Normalization.shiftFor(32_767));
    }
}

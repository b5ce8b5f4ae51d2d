package io.heliograph.offload.noise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.offload.RandomNetworks;
import io.heliograph.offload.SharedData;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.IntegerInference;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.testing.Allocations;
import io.heliograph.transport.SeededRandom;
import java.io.IOException;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NoisyInferenceTest {

    private static double accuracy(NoiseModel model, long seed) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            ImageSet images = SharedData.mnist(arena);
            NoisyInference inference =
                    new NoisyInference(SharedData.lenet(arena), model, new SeededRandom(seed), arena);
            int right = 0;
            for (int image = 0; image < images.count(); image++) {
                right += inference.infer(images.image(image)) == images.label(image) ? 1 : 0;
            }
            return right * 100.0 / images.count();
        }
    }

    /** The bands are of several seeds around the figures of DATAPATH.md, which are of one. */
    @ParameterizedTest
    @CsvSource({"1.6569279459762971, 95.85", "5, 95.26", "10, 93.55"})
    void shouldCostWhatNoisePerLayerOutputCosts(double sigma, double percent) throws IOException {
        assertEquals(percent, accuracy(new NoiseModel.Output(sigma), 1), 0.4);
    }

    @ParameterizedTest
    @CsvSource({"1.6569279459762971, 94.06", "3.3, 90.5", "6.6, 77.0"})
    void shouldCostWhatNoisePerProductCosts(double sigma, double percent) throws IOException {
        assertEquals(percent, accuracy(new NoiseModel.Product(sigma), 1), 0.6);
    }

    /** NETCAST's own accuracies are of another network, whose products are not mostly zero; here the direction and the limit are known. */
    @Test
    void shouldCostMoreTheFewerPhotonsThereAre() throws IOException {
        double bright = accuracy(new NoiseModel.Receiver(31_200, 1e-15, 300), 1);
        double netcast = accuracy(NoiseModel.Receiver.NETCAST, 1);
        double dim = accuracy(new NoiseModel.Receiver(1, 1e-15, 300), 1);
        assertEquals(96.03, bright, 0.3, "unfloored products, as 8-bit weights without truncation have it");
        assertTrue(netcast < bright - 1 && netcast > 80, "bright " + bright + " netcast " + netcast);
        assertTrue(dim < netcast - 10, "netcast " + netcast + " dim " + dim);
        assertTrue(
                accuracy(new NoiseModel.Receiver(312, 1e-12, 300), 1) < netcast - 3, "400 thermal electrons a readout");
    }

    @Test
    void shouldBeExactWithoutNoise() {
        SeededRandom random = new SeededRandom(5);
        try (Arena arena = Arena.ofConfined()) {
            QuantizedNetwork network =
                    RandomNetworks.biased(RandomNetworks.network(random, 50, arena, 100, 50, 30, 10), random, arena);
            IntegerInference exact = new IntegerInference(network, arena);
            NoisyInference none = new NoisyInference(network, new NoiseModel.None(), new SeededRandom(1), arena);
            NoisyInference zero = new NoisyInference(network, new NoiseModel.Product(0), new SeededRandom(1), arena);
            for (int query = 0; query < 50; query++) {
                long input = RandomNetworks.input(random, 100, arena);
                int answer = exact.infer(input);
                assertEquals(answer, none.infer(input));
                assertEquals(answer, zero.infer(input));
                for (int output = 0; output < 10; output++) {
                    assertEquals(exact.sum(output), none.sum(output));
                    assertEquals(exact.sum(output), zero.sum(output));
                }
            }
        }
    }

    @Test
    void shouldReplayASeedAndAllocateNothing() {
        SeededRandom random = new SeededRandom(7);
        try (Arena arena = Arena.ofConfined()) {
            QuantizedNetwork network = RandomNetworks.network(random, 50, arena, 100, 50, 10);
            long input = RandomNetworks.input(random, 100, arena);
            for (NoiseModel model :
                    new NoiseModel[] {new NoiseModel.Output(9), new NoiseModel.Product(9), NoiseModel.Receiver.NETCAST
                    }) {
                NoisyInference one = new NoisyInference(network, model, new SeededRandom(3), arena);
                NoisyInference other = new NoisyInference(network, model, new SeededRandom(3), arena);
                boolean differs = false;
                int first = 0;
                for (int query = 0; query < 20; query++) {
                    one.infer(input);
                    other.infer(input);
                    first = query == 0 ? one.sum(0) : first;
                    differs |= one.sum(0) != first;
                    for (int output = 0; output < 10; output++) {
                        assertEquals(one.sum(output), other.sum(output), model.toString());
                    }
                }
                assertTrue(differs, "there is noise: " + model);
                assertEquals(
                        0,
                        Allocations.inSteadyState(() -> {
                            for (int query = 0; query < 200; query++) {
                                one.infer(input);
                            }
                        }),
                        model.toString());
            }
        }
    }

    @Test
    void shouldRefuseNoiseThatIsNone() {
        assertThrows(IllegalArgumentException.class, () -> new NoiseModel.Product(-1));
        assertThrows(IllegalArgumentException.class, () -> new NoiseModel.Output(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new NoiseModel.Receiver(0, 1, 1));
        assertEquals(12.7, NoiseModel.Receiver.NETCAST.thermalElectrons(), 0.1, "sqrt(kTC)/q of 1 fF at 300 K");
    }
}

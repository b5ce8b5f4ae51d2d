package io.heliograph.offload.fast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.RandomNetworks;
import io.heliograph.offload.SharedData;
import io.heliograph.offload.model.FloatLayer;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.IntegerInference;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.testing.Allocations;
import io.heliograph.transport.SeededRandom;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FastInferenceTest {

    private static void compare(QuantizedNetwork network, long input, Arena arena, String which) {
        compare(network, 1, input, arena, which);
    }

    private static void compare(QuantizedNetwork network, int wavelengths, long input, Arena arena, String which) {
        IntegerInference exact = new IntegerInference(network, wavelengths, arena);
        FastInference fast = new FastInference(new FastNetwork(network, wavelengths, arena), arena);
        assertEquals(exact.infer(input), fast.infer(input), which);
        for (int output = 0; output < network.outputs(); output++) {
            assertEquals(exact.sum(output), fast.sum(output), which + " output=" + output);
        }
    }

    @Test
    void shouldBeBitIdenticalToTheIntegerSemantics() {
        for (long seed = 1; seed <= 300; seed++) {
            SeededRandom random = new SeededRandom(seed);
            try (Arena arena = Arena.ofConfined()) {
                int[] widths = new int[2 + random.nextInt(4)];
                for (int k = 0; k < widths.length; k++) {
                    widths[k] = 1 + random.nextInt(seed % 3 == 0 ? 20 : 230);
                }
                QuantizedNetwork network = RandomNetworks.network(random, 1 + random.nextInt(100), arena, widths);
                for (int query = 0; query < 4; query++) {
                    long input = RandomNetworks.input(random, network.inputs(), arena);
                    compare(network, input, arena, "seed=" + seed + " query=" + query);
                }
            }
        }
    }

    /** Of all densities: few weights are computed one by one, many by vectors. Full light is at most full scale. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 64})
    void shouldBeBitIdenticalOnSeveralWavelengths(int wavelengths) {
        for (long seed = 1; seed <= 60; seed++) {
            SeededRandom random = new SeededRandom(seed);
            try (Arena arena = Arena.ofConfined()) {
                int[] widths = new int[2 + random.nextInt(3)];
                for (int k = 0; k < widths.length; k++) {
                    widths[k] = 1 + random.nextInt(seed % 3 == 0 ? 20 : 150);
                }
                QuantizedNetwork network = RandomNetworks.network(random, 1 + random.nextInt(100), arena, widths);
                network = seed % 2 == 0 ? RandomNetworks.biased(network, random, arena) : network;
                String which = "wavelengths=" + wavelengths + " seed=" + seed;
                compare(network, wavelengths, RandomNetworks.input(random, network.inputs(), arena), arena, which);
                long full = arena.allocate(network.inputs()).fill((byte) 255).address();
                compare(network, wavelengths, full, arena, which + " full");
            }
        }
    }

    /** Every number of outputs that a tile may have, twice over. */
    @Test
    void shouldFitLayersOfAnyWidth() {
        SeededRandom random = new SeededRandom(9);
        for (int outputs = 1; outputs <= 9 * FastNetwork.lanes() + 1; outputs++) {
            try (Arena arena = Arena.ofConfined()) {
                QuantizedNetwork network =
                        RandomNetworks.network(random, 60, arena, 1 + random.nextInt(70), outputs, 1 + outputs / 2);
                compare(network, RandomNetworks.input(random, network.inputs(), arena), arena, "outputs=" + outputs);
            }
        }
    }

    /** Sums beyond 16 bits wrap, in both directions and more than once, and nothing but zeros is an input like any other. */
    @Test
    void shouldWrapWhereSumsDo() {
        for (float weight : new float[] {1, -1, 0.7f}) {
            for (int inputs : new int[] {120, 129, 130, 258, 259, 700}) {
                try (Arena arena = Arena.ofConfined()) {
                    QuantizedNetwork network = QuantizedNetwork.quantize(
                            "full", List.of(layer(40, inputs, weight, arena), layer(20, 40, -weight, arena)), arena);
                    long input = arena.allocate(inputs).fill((byte) 255).address();
                    compare(network, input, arena, "weight=" + weight + " inputs=" + inputs);
                    NativeMemory.fill(input, inputs, (byte) 0);
                    compare(network, input, arena, "weight=" + weight + " zeros=" + inputs);
                }
            }
        }
    }

    private static FloatLayer layer(int outputs, int inputs, float weight, Arena arena) {
        MemorySegment weights = arena.allocate((long) outputs * inputs * Float.BYTES, Float.BYTES);
        for (long k = 0; k < (long) outputs * inputs; k++) {
            weights.setAtIndex(ValueLayout.JAVA_FLOAT, k, weight);
        }
        return new FloatLayer(outputs, inputs, weights);
    }

    @Test
    void shouldReadNothingBeyondThePayload() {
        try (Arena arena = Arena.ofConfined()) {
            SeededRandom random = new SeededRandom(4);
            for (int inputs = 1; inputs <= 40; inputs++) {
                QuantizedNetwork network = RandomNetworks.network(random, 100, arena, inputs, 33);
                long input = RandomNetworks.input(random, inputs, arena);
                long surrounded = arena.allocate(inputs + 16).fill((byte) 255).address();
                NativeMemory.copy(input, surrounded + 8, inputs);
                FastInference fast = new FastInference(new FastNetwork(network, arena), arena);
                fast.infer(surrounded + 8);
                IntegerInference exact = new IntegerInference(network, arena);
                exact.infer(input);
                for (int output = 0; output < network.outputs(); output++) {
                    assertEquals(exact.sum(output), fast.sum(output), "inputs=" + inputs);
                }
            }
        }
    }

    @Test
    void shouldGiveLightningsSumsForAllOfMnist() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            ImageSet images = SharedData.mnist(arena);
            QuantizedNetwork network = SharedData.lenet(arena);
            IntegerInference exact = new IntegerInference(network, arena);
            FastInference fast = new FastInference(new FastNetwork(network, arena), arena);
            int right = 0;
            for (int image = 0; image < images.count(); image++) {
                int answer = fast.infer(images.image(image));
                assertEquals(exact.infer(images.image(image)), answer, "image=" + image);
                for (int output = 0; output < network.outputs(); output++) {
                    assertEquals(exact.sum(output), fast.sum(output), "image=" + image);
                }
                right += answer == images.label(image) ? 1 : 0;
            }
            assertEquals(9_598, right, "95.98 % (DATAPATH.md)");
        }
    }

    @Test
    void shouldAllocateNothing() {
        try (Arena arena = Arena.ofConfined()) {
            SeededRandom random = new SeededRandom(2);
            QuantizedNetwork network = RandomNetworks.network(random, 100, arena, 100, 250, 30, 10);
            long input = RandomNetworks.input(random, network.inputs(), arena);
            FastInference fast = new FastInference(new FastNetwork(network, arena), arena);
            long bytes = Long.MAX_VALUE;
            for (int round = 0; round < 20 && bytes != 0; round++) {
                bytes = Allocations.inSteadyState(() -> {
                    for (int query = 0; query < 2_000; query++) {
                        fast.infer(input);
                    }
                });
            }
            assertEquals(0, bytes, "heap bytes for 2,000 queries");
            assertTrue(fast.infer(input) < network.outputs());
        }
    }
}

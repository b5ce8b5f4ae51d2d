package io.heliograph.offload.datapath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.RandomNetworks;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.device.PhotonicEmulator;
import io.heliograph.offload.fast.FastInference;
import io.heliograph.offload.fast.FastNetwork;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.IntegerInference;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.testing.Allocations;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Models with biases: stepped, straight and by vectors. */
final class BiasesTest {

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    /** One input, one neuron a layer, all weights 255. */
    private QuantizedNetwork chain(float... biases) {
        List<DenseLayer> layers = new ArrayList<>();
        for (int k = 0; k < biases.length; k++) {
            long weight = arena.allocate(Short.BYTES, Short.BYTES).address();
            NativeMemory.putShort(weight, (short) 255);
            layers.add(new DenseLayer(1, 1, weight, k < biases.length - 1).withBiases(arena, biases[k]));
        }
        return new QuantizedNetwork("chain", layers, 255);
    }

    private int lastSum(int input, float... biases) {
        QuantizedNetwork network = chain(biases);
        long address = arena.allocate(1).fill((byte) input).address();
        try (Runs runs = new Runs(network, EmulatorConfig.LIGHTNING)) {
            assertEquals(0, runs.machine.run(address, 1));
            IntegerInference straight = new IntegerInference(network, arena);
            straight.infer(address);
            assertEquals(straight.sum(0), runs.machine.sum(0));
            return runs.machine.sum(0);
        }
    }

    @Test
    void shouldMoveBiasesByTheShiftsOfTheQueryAndRoundHalfToEven() {
        assertEquals(199 + 7, lastSum(200, 7), "200 x 255 / 256 is 199");
        // 199 + 1000 is shifted right by 3, to 149, of which 148 come through; an eighth of a bias counts.
        assertEquals(148 + 10, lastSum(200, 1_000, 80));
        assertEquals(148 + 10, lastSum(200, 1_000, 84), "10.5 is 10");
        assertEquals(148 + 12, lastSum(200, 1_000, 92), "11.5 is 12");
        assertEquals(148 - 12, lastSum(200, 1_000, -92));
        // 10 x 255 / 256 is 9, which is shifted left by 4, to 144, of which 143 come through; 143 needs no shift.
        assertEquals(143 + 16 * 3, lastSum(10, 0, 3));
        assertEquals(143 + 4, lastSum(10, 0, 0.25f));
        // Both: 143 + 16 x 100 is shifted right by 3, to 217, of which 216 come through; 16 / 8 of the bias count.
        assertEquals(216 + 2 * 9, lastSum(10, 0, 100, 9));
        assertEquals((short) (199 + 40_000), lastSum(200, 40_000), "sums wrap at 16 bits");
    }

    @Test
    void shouldGiveTheSameSumsSteppedStraightAndByVectors() {
        int shifted = 0;
        for (long seed = 1; seed <= 60; seed++) {
            SeededRandom random = new SeededRandom(seed);
            int[] widths = new int[2 + random.nextInt(4)];
            for (int k = 0; k < widths.length; k++) {
                widths[k] = 1 + random.nextInt(70);
            }
            QuantizedNetwork plain = RandomNetworks.network(random, 10 + random.nextInt(91), arena, widths);
            QuantizedNetwork network = RandomNetworks.biased(plain, random, arena);
            assertTrue(network.hasBiases());
            int lanes = 4 << random.nextInt(4);
            EmulatorConfig config = EmulatorConfig.LIGHTNING
                    .withConverters(lanes, 1, 8, 8)
                    .withFlight(random.nextInt(40 * lanes), random.nextInt(40 * lanes));
            IntegerInference straight = new IntegerInference(network, arena);
            IntegerInference without = new IntegerInference(plain, arena);
            FastInference fast = new FastInference(new FastNetwork(network, arena), arena);
            try (Runs runs = new Runs(network, config)) {
                for (int query = 0; query < 3; query++) {
                    long input = RandomNetworks.input(random, network.inputs(), arena);
                    String what = "seed=" + seed + " query=" + query + " lanes=" + lanes;
                    int answer = straight.infer(input);
                    without.infer(input);
                    assertEquals(answer, runs.machine.run(input, network.inputs()), what);
                    assertEquals(answer, fast.infer(input), what);
                    for (int output = 0; output < network.outputs(); output++) {
                        int sum = straight.sum(output);
                        assertEquals(sum, runs.machine.sum(output), what + " output=" + output);
                        assertEquals(sum, fast.sum(output), what + " output=" + output);
                        shifted += sum == without.sum(output) ? 0 : 1;
                    }
                }
            }
        }
        assertTrue(shifted > 1_000, "biases change sums: " + shifted);
    }

    @Test
    void shouldTakeACycleMoreForEachLayer() {
        QuantizedNetwork plain = RandomNetworks.network(new SeededRandom(1), 100, arena, 40, 18, 9, 5);
        QuantizedNetwork biased = RandomNetworks.biased(plain, new SeededRandom(1), arena);
        long input = arena.allocate(40).fill((byte) 9).address();
        try (Runs without = new Runs(plain, EmulatorConfig.LIGHTNING);
                Runs with = new Runs(biased, EmulatorConfig.LIGHTNING)) {
            without.machine.run(input, 40);
            with.machine.run(input, 40);
            assertEquals(without.machine.overallCycles() + 3, with.machine.overallCycles());
        }
    }

    @Test
    void shouldWriteAndReadTheStageAndRefuseAProgramWithoutIt() {
        QuantizedNetwork plain = RandomNetworks.network(new SeededRandom(1), 100, arena, 20, 9, 5);
        QuantizedNetwork biased = RandomNetworks.biased(plain, new SeededRandom(1), arena);
        try (Runs without = new Runs(plain, EmulatorConfig.LIGHTNING);
                Runs with = new Runs(biased, EmulatorConfig.LIGHTNING);
                PhotonicEmulator device = new PhotonicEmulator(EmulatorConfig.LIGHTNING)) {
            String text = ProgramText.write(with.machine.program());
            assertTrue(text.contains("stage biases : bias-adder {"), text);
            assertEquals(text, ProgramText.write(ProgramText.parse("a", text)));
            ProgramException refused = assertThrows(
                    ProgramException.class,
                    () -> ProgramText.parse("a", text.replace("targets { sums 9 5 }", "targets { sums 9 4 }")));
            assertTrue(String.valueOf(refused.getMessage()).contains("does not agree"), refused.getMessage());
            ResidentModel model = ResidentModel.load(biased, device, 0, arena);
            DatapathProgram program = without.machine.program();
            IllegalArgumentException missing = assertThrows(
                    IllegalArgumentException.class, () -> new DatapathMachine(program, model, device, arena));
            assertTrue(String.valueOf(missing.getMessage()).contains("no stage that adds them"), missing.getMessage());
        }
    }

    @Test
    void shouldAllocateNothingPerQuery() {
        QuantizedNetwork network = RandomNetworks.biased(
                RandomNetworks.network(new SeededRandom(29), 50, arena, 33, 17, 10), new SeededRandom(2), arena);
        long input = RandomNetworks.input(new SeededRandom(3), 33, arena);
        IntegerInference straight = new IntegerInference(network, arena);
        try (Runs runs = new Runs(network, EmulatorConfig.LIGHTNING)) {
            assertEquals(0, Allocations.inSteadyState(() -> {
                for (int query = 0; query < 50; query++) {
                    runs.machine.run(input, 33);
                    straight.infer(input);
                }
            }));
        }
    }
}

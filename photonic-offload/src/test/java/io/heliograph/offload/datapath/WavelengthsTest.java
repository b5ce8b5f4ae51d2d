package io.heliograph.offload.datapath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.RandomNetworks;
import io.heliograph.offload.SharedData;
import io.heliograph.offload.device.Calibration;
import io.heliograph.offload.device.CalibrationWave;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.device.PhotonicEmulator;
import io.heliograph.offload.fast.FastInference;
import io.heliograph.offload.fast.FastNetwork;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.IntegerInference;
import io.heliograph.offload.model.Normalization;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.testing.Allocations;
import io.heliograph.transport.SeededRandom;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several products in one lane and cycle, summed by the detector. */
final class WavelengthsTest {

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    private static EmulatorConfig device(int lanes, int wavelengths) {
        return EmulatorConfig.LIGHTNING.withConverters(lanes, wavelengths, 8, 8);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 7})
    void shouldGiveTheIntegerSemanticsForRandomNetworksOnRandomDevices(int wavelengths) {
        for (long seed = 1; seed <= 25; seed++) {
            SeededRandom random = new SeededRandom(seed);
            int[] widths = new int[2 + random.nextInt(3)];
            for (int k = 0; k < widths.length; k++) {
                widths[k] = 1 + random.nextInt(70);
            }
            QuantizedNetwork network = RandomNetworks.network(random, 10 + random.nextInt(91), arena, widths);
            network = seed % 2 == 0 ? RandomNetworks.biased(network, random, arena) : network;
            int lanes = 4 << random.nextInt(4);
            EmulatorConfig config =
                    device(lanes, wavelengths).withFlight(random.nextInt(40 * lanes), random.nextInt(40 * lanes));
            IntegerInference straight = new IntegerInference(network, wavelengths, arena);
            FastInference fast = new FastInference(new FastNetwork(network, wavelengths, arena), arena);
            try (Runs runs = new Runs(network, config)) {
                for (int query = 0; query < 3; query++) {
                    long input = RandomNetworks.input(random, network.inputs(), arena);
                    String what = "seed=" + seed + " query=" + query + " lanes=" + lanes;
                    int answer = straight.infer(input);
                    assertEquals(answer, runs.machine.run(input, network.inputs()), what);
                    assertEquals(answer, fast.infer(input), what);
                    for (int output = 0; output < network.outputs(); output++) {
                        assertEquals(straight.sum(output), runs.machine.sum(output), what + " output=" + output);
                        assertEquals(straight.sum(output), fast.sum(output), what + " output=" + output);
                    }
                }
            }
        }
    }

    /** Written from DATAPATH.md, value by value. */
    private static int[] byTheRules(QuantizedNetwork network, int wavelengths, int... input) {
        int[] vector = input;
        for (DenseLayer layer : network.layers()) {
            int[] sums = new int[layer.outputs()];
            for (int output = 0; output < sums.length; output++) {
                List<Integer> plus = new ArrayList<>();
                List<Integer> minus = new ArrayList<>();
                for (int k = 0; k < vector.length; k++) {
                    int weight = layer.weight(output, k);
                    (weight < 0 ? minus : plus).add(vector[k] * Math.abs(weight));
                }
                sums[output] = (short) (light(plus, wavelengths) - light(minus, wavelengths));
            }
            vector = sums;
            if (layer.relu()) {
                int largest = 0;
                for (int k = 0; k < sums.length; k++) {
                    sums[k] = Math.max(0, sums[k]);
                    largest = Math.max(largest, sums[k]);
                }
                for (int k = 0; k < sums.length; k++) {
                    sums[k] = Normalization.apply(sums[k], Normalization.shiftFor(largest));
                }
            }
        }
        return vector;
    }

    private static int light(List<Integer> products, int wavelengths) {
        int total = 0;
        for (int first = 0; first < products.size(); first += wavelengths) {
            int together = 0;
            for (int product : products.subList(first, Math.min(products.size(), first + wavelengths))) {
                together += product;
            }
            total += Math.min(255, together / 256);
        }
        return total;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 64})
    void shouldFollowTheRules(int wavelengths) {
        int different = 0;
        for (long seed = 1; seed <= 20; seed++) {
            SeededRandom random = new SeededRandom(seed);
            QuantizedNetwork network = RandomNetworks.network(random, 60, arena, 1 + random.nextInt(90), 30, 11);
            IntegerInference together = new IntegerInference(network, wavelengths, arena);
            IntegerInference apart = new IntegerInference(network, arena);
            long input = RandomNetworks.input(random, network.inputs(), arena);
            together.infer(input);
            apart.infer(input);
            int[] bytes = new int[network.inputs()];
            for (int k = 0; k < bytes.length; k++) {
                bytes[k] = NativeMemory.getUnsignedByte(input + k);
            }
            int[] expected = byTheRules(network, wavelengths, bytes);
            for (int output = 0; output < expected.length; output++) {
                assertEquals(expected[output], together.sum(output), "seed=" + seed + " output=" + output);
                different += expected[output] == apart.sum(output) ? 0 : 1;
            }
        }
        assertTrue(different > 100, "floor and full scale come behind the sum of the wavelengths: " + different);
    }

    /** 5 before, 36 between layers, 48 behind, 10 of preamble a layer, and the words: DATAPATH.md, "Wavelengths". */
    @ParameterizedTest
    @CsvSource({"1, 16825", "2, 8695", "4, 4575"})
    void shouldTakeFewerCyclesForLenet(int wavelengths, long overall) {
        int[] widths = {784, 300, 100, 10};
        QuantizedNetwork network = RandomNetworks.network(new SeededRandom(1), 50, arena, widths);
        long formula = 5 + 2 * 36 + 48;
        for (int k = 1; k < widths.length; k++) {
            int groups = (widths[k - 1] + 2 * (wavelengths - 1)) / wavelengths;
            formula += 10 + (groups + 15) / 16 * widths[k];
        }
        assertEquals(overall, formula);
        EmulatorConfig config = device(16, wavelengths).withWeightWords(wavelengths * 20_000);
        long input = arena.allocate(784).fill((byte) 77).address();
        try (Runs runs = new Runs(network, config)) {
            runs.machine.run(input, 784);
            assertEquals(overall, runs.machine.overallCycles());
            assertEquals(129, runs.machine.datapathCycles(), "what is not computing does not depend on words");
        }
    }

    /** Of 10,000, as DATAPATH.md has it. */
    @ParameterizedTest
    @CsvSource({"1, 9598", "2, 9590", "4, 9520"})
    void shouldStayAccurateOnMnist(int wavelengths, int expected) throws IOException {
        ImageSet images = SharedData.mnist(arena);
        QuantizedNetwork lenet = SharedData.lenet(arena);
        IntegerInference together = new IntegerInference(lenet, wavelengths, arena);
        FastInference fast = new FastInference(new FastNetwork(lenet, wavelengths, arena), arena);
        int right = 0;
        for (int image = 0; image < images.count(); image++) {
            int answer = together.infer(images.image(image));
            right += answer == images.label(image) ? 1 : 0;
            assertEquals(answer, fast.infer(images.image(image)), "image=" + image);
        }
        assertEquals(expected, right);
    }

    @Test
    void shouldRunOnADeviceThatOnlyCalibrationKnows() {
        SeededRandom random = new SeededRandom(11);
        QuantizedNetwork network = RandomNetworks.network(random, 60, arena, 40, 20, 10);
        long input = RandomNetworks.input(random, 40, arena);
        IntegerInference straight = new IntegerInference(network, 4, arena);
        straight.infer(input);
        EmulatorConfig config = device(16, 4).withFlight(random.nextInt(700), random.nextInt(700));
        try (PhotonicEmulator device = new PhotonicEmulator(config)) {
            Calibration calibration = Calibration.measure(device, CalibrationWave.SQUARE, 10);
            ResidentModel model = ResidentModel.load(network, device, 0, arena);
            DatapathProgram program = DatapathCompiler.compile(network, device.capabilities(), calibration);
            DatapathMachine machine = new DatapathMachine(program, model, device, arena);
            machine.run(input, 40);
            for (int output = 0; output < 10; output++) {
                assertEquals(straight.sum(output), machine.sum(output));
            }
        }
    }

    @Test
    void shouldWriteAndReadThem() {
        QuantizedNetwork network = RandomNetworks.network(new SeededRandom(1), 50, arena, 40, 20, 10);
        try (Runs two = new Runs(network, device(16, 2));
                Runs one = new Runs(network, device(16, 1));
                PhotonicEmulator other = new PhotonicEmulator(device(16, 4))) {
            String text = ProgramText.write(two.machine.program());
            assertTrue(text.contains("    wavelengths 2\n"), text);
            assertEquals(
                    two.machine.program().wavelengths(),
                    ProgramText.parse("a", text).wavelengths());
            assertEquals(text, ProgramText.write(ProgramText.parse("a", text)));
            assertTrue(!ProgramText.write(one.machine.program()).contains("wavelengths"));
            // The words of one wavelength are too many for two.
            assertThrows(ProgramException.class, () -> ProgramText.parse("a", text.replace("wavelengths 2", "")));
            assertThrows(
                    ProgramException.class,
                    () -> ProgramText.parse("a", text.replace("wavelengths 2", "wavelengths 65")));
            ResidentModel model = ResidentModel.load(network, other, 0, arena);
            DatapathProgram program = two.machine.program();
            assertThrows(IllegalArgumentException.class, () -> new DatapathMachine(program, model, other, arena));
        }
    }

    @Test
    void shouldAllocateNothingPerQuery() {
        QuantizedNetwork network = RandomNetworks.network(new SeededRandom(29), 50, arena, 33, 17, 10);
        long input = RandomNetworks.input(new SeededRandom(3), 33, arena);
        IntegerInference straight = new IntegerInference(network, 2, arena);
        FastInference fast = new FastInference(new FastNetwork(network, 2, arena), arena);
        try (Runs runs = new Runs(network, device(16, 2))) {
            assertEquals(0, Allocations.inSteadyState(() -> {
                for (int query = 0; query < 50; query++) {
                    runs.machine.run(input, 33);
                    straight.infer(input);
                }
            }));
            long bytes = Long.MAX_VALUE;
            for (int round = 0; round < 20 && bytes != 0; round++) {
                bytes = Allocations.inSteadyState(() -> {
                    for (int query = 0; query < 5_000; query++) {
                        fast.infer(input);
                    }
                });
            }
            assertEquals(0, bytes, "by vectors");
        }
    }
}

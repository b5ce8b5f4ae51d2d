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
import io.heliograph.offload.graph.GraphInference;
import io.heliograph.offload.graph.GraphLowering;
import io.heliograph.offload.graph.Quantization;
import io.heliograph.offload.graph.QuantizedGraph;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.IntegerInference;
import io.heliograph.offload.model.NetworkFile;
import io.heliograph.offload.model.Pooling;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.noise.NoiseModel;
import io.heliograph.offload.noise.NoisyInference;
import io.heliograph.offload.onnx.OnnxException;
import io.heliograph.offload.onnx.OnnxImport;
import io.heliograph.offload.onnx.RandomOnnx;
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

/** Models that pool: stepped, straight, by vectors, and as the graph that they come from. */
final class PoolingTest {

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    private QuantizedGraph graph(long seed) throws OnnxException {
        return QuantizedGraph.quantize(
                OnnxImport.of("random", RandomOnnx.pooled(new SeededRandom(seed)), arena),
                Quantization.LIGHTNING,
                arena);
    }

    @Test
    void shouldGiveTheSumsOfTheGraphSteppedStraightAndByVectors() throws OnnxException, IOException {
        int means = 0;
        int largest = 0;
        int unequal = 0;
        for (long seed = 1; seed <= 40; seed++) {
            SeededRandom random = new SeededRandom(seed);
            QuantizedGraph graph = graph(seed);
            QuantizedNetwork network = GraphLowering.toNetwork(graph, arena);
            for (DenseLayer layer : network.layers()) {
                means += layer.pooling().average() ? 1 : 0;
                largest += layer.pooling().pools() && !layer.pooling().average() ? 1 : 0;
                unequal += layer.pooling().divisors() != 0 ? 1 : 0;
            }
            int lanes = 4 << random.nextInt(4);
            EmulatorConfig config = EmulatorConfig.LIGHTNING
                    .withConverters(lanes, 1, 8, 8)
                    .withWeightWords(ResidentModel.wordsFor(network, lanes) + 1)
                    .withFlight(random.nextInt(40 * lanes), random.nextInt(40 * lanes));
            GraphInference rules = new GraphInference(graph);
            IntegerInference straight = new IntegerInference(network, arena);
            NoisyInference quiet = new NoisyInference(network, new NoiseModel.None(), random, arena);
            FastInference fast = new FastInference(new FastNetwork(network, arena), arena);
            QuantizedNetwork stored = NetworkFile.read("x", NetworkFile.write(network), arena);
            IntegerInference again = new IntegerInference(stored, arena);
            try (Runs runs = new Runs(network, config)) {
                for (int query = 0; query < 2; query++) {
                    long input = RandomNetworks.input(random, network.inputs(), arena);
                    String what = "seed=" + seed + " query=" + query + " lanes=" + lanes;
                    int answer = rules.infer(input);
                    assertEquals(answer, runs.machine.run(input, network.inputs()), what);
                    assertEquals(answer, straight.infer(input), what);
                    assertEquals(answer, fast.infer(input), what);
                    assertEquals(answer, quiet.infer(input), what);
                    assertEquals(answer, again.infer(input), what);
                    for (int output = 0; output < network.outputs(); output++) {
                        int sum = rules.sum(output);
                        assertEquals(sum, runs.machine.sum(output), what + " output=" + output);
                        assertEquals(sum, straight.sum(output), what + " output=" + output);
                        assertEquals(sum, fast.sum(output), what + " output=" + output);
                        assertEquals(sum, quiet.sum(output), what + " output=" + output);
                        assertEquals(sum, again.sum(output), what + " output=" + output);
                    }
                }
            }
        }
        assertTrue(means > 10 && largest > 10 && unequal > 2, means + " " + largest + " " + unequal);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void shouldPoolOnSeveralWavelengths(int wavelengths) throws OnnxException {
        for (long seed = 101; seed <= 112; seed++) {
            SeededRandom random = new SeededRandom(seed);
            QuantizedNetwork network = GraphLowering.toNetwork(graph(seed), arena);
            EmulatorConfig config = EmulatorConfig.LIGHTNING
                    .withConverters(16, wavelengths, 8, 8)
                    .withWeightWords(ResidentModel.wordsFor(network, 16, wavelengths) + wavelengths);
            IntegerInference straight = new IntegerInference(network, wavelengths, arena);
            FastInference fast = new FastInference(new FastNetwork(network, wavelengths, arena), arena);
            try (Runs runs = new Runs(network, config)) {
                long input = RandomNetworks.input(random, network.inputs(), arena);
                int answer = straight.infer(input);
                assertEquals(answer, runs.machine.run(input, network.inputs()), "seed=" + seed);
                assertEquals(answer, fast.infer(input), "seed=" + seed);
                for (int output = 0; output < network.outputs(); output++) {
                    assertEquals(straight.sum(output), runs.machine.sum(output), "seed=" + seed);
                    assertEquals(straight.sum(output), fast.sum(output), "seed=" + seed);
                }
            }
        }
    }

    /** One input; a neuron for each weight. */
    private int pooled(Pooling pooling, int... weights) {
        long matrix =
                arena.allocate((long) weights.length * Short.BYTES, Short.BYTES).address();
        for (int k = 0; k < weights.length; k++) {
            NativeMemory.putShort(matrix + (long) k * Short.BYTES, (short) weights[k]);
        }
        DenseLayer layer = new DenseLayer(1, weights.length, matrix, false).withPooling(pooling);
        QuantizedNetwork network = new QuantizedNetwork("one", List.of(layer), 255);
        long input = arena.allocate(1).fill((byte) 255).address();
        try (Runs runs = new Runs(network, EmulatorConfig.LIGHTNING)) {
            assertEquals(0, runs.machine.run(input, 1));
            IntegerInference straight = new IntegerInference(network, arena);
            straight.infer(input);
            assertEquals(straight.sum(0), runs.machine.sum(0));
            return runs.machine.sum(0);
        }
    }

    /** A product of 255 and w is w - 1, but for 0. */
    @Test
    void shouldKeepTheLargestOrTheFloorOfTheMean() {
        assertEquals(-10, pooled(Pooling.largest(3, false), -31, -11, -21));
        assertEquals(0, pooled(Pooling.largest(3, true), -31, -11, -21));
        assertEquals(20, pooled(Pooling.largest(3, false), -31, 21, 11));
        assertEquals(-4, pooled(Pooling.mean(3, false), -11, 0, 0), "-10 / 3, floor");
        assertEquals(3, pooled(Pooling.mean(3, false), 11, 0, 0));
        assertEquals(3, pooled(Pooling.mean(3, true), 11, -101, 0), "ReLU before the mean");
        assertEquals(-30, pooled(Pooling.mean(3, false), 11, -101, 0));
        assertEquals(5, pooled(Pooling.mean(3, false, arena, 2), 11, 0, 0), "of a window on padding in part");
        assertEquals(0, pooled(Pooling.mean(1, true), -11), "a window of one");
        assertEquals(254, pooled(Pooling.largest(5, false), 255, 255, 255, 255, 255));
    }

    /** A layer of 12 neurons and one of 5, the first pooled or not. */
    private QuantizedNetwork twoLayers(Pooling pooling) {
        QuantizedNetwork first = RandomNetworks.network(new SeededRandom(1), 100, arena, 40, 12);
        QuantizedNetwork second = RandomNetworks.network(new SeededRandom(2), 100, arena, 12 / pooling.window(), 5);
        DenseLayer weights = first.layers().getFirst();
        List<DenseLayer> layers = new ArrayList<>();
        layers.add(new DenseLayer(40, 12, weights.address(), true).withPooling(pooling));
        layers.addAll(second.layers());
        return new QuantizedNetwork("two", layers, 255);
    }

    /** DATAPATH.md, "Cycles": a register for the largest, four for the mean, in a layer that pools. */
    @ParameterizedTest
    @CsvSource({"false, 1", "true, 4"})
    void shouldTakeTheRegistersOfTheStageMore(boolean average, int registers) {
        QuantizedNetwork network = twoLayers(new Pooling(average, 4, false, 0));
        long input = RandomNetworks.input(new SeededRandom(3), 40, arena);
        try (Runs runs = new Runs(network, EmulatorConfig.LIGHTNING)) {
            runs.machine.run(input, 40);
            assertEquals(5 + (10 + 12 * 3) + 36 + (10 + 5) + 48 + registers, runs.machine.overallCycles());
        }
    }

    @Test
    void shouldWriteReadAndDrawTheStageAndRefuseWhatDoesNotFit() {
        QuantizedNetwork network = twoLayers(Pooling.mean(4, true));
        try (Runs runs = new Runs(network, EmulatorConfig.LIGHTNING);
                PhotonicEmulator device = new PhotonicEmulator(EmulatorConfig.LIGHTNING)) {
            DatapathProgram program = runs.machine.program();
            String text = ProgramText.write(program);
            assertTrue(text.contains("    layer 40 -> 12 pool 4\n    layer 3 -> 5\n"), text);
            assertTrue(text.contains("stage pool : pool {"), text);
            assertTrue(text.contains("targets { values 4 0; windows 3 0 }"), text);
            assertEquals(text, ProgramText.write(ProgramText.parse("a", text)));
            refuse(text.replace("values 4 0;", "values 3 0;"), "does not agree with the layer's shape: stage=pool");
            refuse(text.replace("windows 3 0", "windows 2 0"), "does not agree with the layer's shape: stage=pool");
            refuse(text.replace("values 4 0;", "values 0 0;"), "does not agree with the layer's shape: stage=pool");
            refuse(text.replace("40 -> 12 pool 4", "40 -> 12 pool 5"), "windows do not take all neurons: layer=1");
            refuse(text.replace("40 -> 12 pool 4", "40 -> 12"), "layers do not fit: layer=2");
            refuse(
                    text.replaceAll("(?s)    stage pool : pool \\{.*?\\n    \\}\\n", "")
                            .replace("pool.sum", "adder.sum"),
                    "no stage of kind pool for the pool of layer 1");
            refuse(text.replace("values emit", "values stop"), "nothing would end the stream: stage=pool");
            String drawn = DatapathDiagram.svg(program);
            assertTrue(drawn.contains("two: 40-12/4-5, 16 lanes"), drawn);
            assertTrue(drawn.contains("values: value = 4 / -"), drawn);
            QuantizedNetwork plain = RandomNetworks.network(new SeededRandom(1), 100, arena, 40, 12, 3);
            ResidentModel other = ResidentModel.load(plain, device, 0, arena);
            assertThrows(IllegalArgumentException.class, () -> new DatapathMachine(program, other, device, arena));
        }
    }

    private static void refuse(String text, String why) {
        ProgramException refused = assertThrows(ProgramException.class, () -> ProgramText.parse("a", text));
        assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
    }

    @Test
    void shouldAllocateNothingPerQuery() {
        QuantizedNetwork network = twoLayers(Pooling.mean(4, false));
        long input = RandomNetworks.input(new SeededRandom(3), 40, arena);
        IntegerInference straight = new IntegerInference(network, arena);
        FastInference fast = new FastInference(new FastNetwork(network, arena), arena);
        try (Runs runs = new Runs(network, EmulatorConfig.LIGHTNING)) {
            assertEquals(0, Allocations.inSteadyState(() -> {
                for (int query = 0; query < 50; query++) {
                    runs.machine.run(input, 40);
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
            assertEquals(0, bytes);
        }
    }
}

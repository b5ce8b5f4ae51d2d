package io.heliograph.offload.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.RandomNetworks;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.FloatLayer;
import io.heliograph.offload.model.IntegerInference;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.onnx.OnnxException;
import io.heliograph.offload.onnx.OnnxImport;
import io.heliograph.offload.onnx.RandomOnnx;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GraphInferenceTest {

    private static QuantizedGraph random(long seed, Quantization quantization, boolean plain, Arena arena)
            throws OnnxException {
        SeededRandom random = new SeededRandom(seed);
        LayerGraph graph =
                OnnxImport.of("random", plain ? RandomOnnx.convolutionsOnly(random) : RandomOnnx.cnn(random), arena);
        return QuantizedGraph.quantize(graph, quantization, arena);
    }

    @Test
    void shouldFollowTheRules() throws OnnxException {
        int wrapped = 0;
        for (long seed = 1; seed <= 120; seed++) {
            Quantization quantization =
                    new Quantization(seed % 2 == 0, seed % 3 == 0 ? 100 : 255, seed % 5 == 0 ? 32 : 16);
            try (Arena arena = Arena.ofConfined()) {
                QuantizedGraph graph = random(seed, quantization, false, arena);
                GraphInference inference = new GraphInference(graph);
                long input = RandomNetworks.input(
                        new SeededRandom(seed), graph.graph().inputs(), arena);
                int answer = inference.infer(input);
                long[] expected = new ByTheRules(graph).answer(input);
                int best = 0;
                for (int k = 0; k < expected.length; k++) {
                    assertEquals(expected[k], inference.sum(k), "seed=" + seed + " output=" + k);
                    best = expected[k] > expected[best] ? k : best;
                }
                assertEquals(best, answer, "seed=" + seed);
                wrapped += inference.wrapped() > 0 ? 1 : 0;
            }
        }
        assertTrue(wrapped < 60, "most graphs fit into their sums: " + wrapped + " did not");
    }

    @Test
    void shouldGiveTheSumsOfTheUnrolledNetwork() throws OnnxException {
        for (long seed = 1; seed <= 60; seed++) {
            try (Arena arena = Arena.ofConfined()) {
                QuantizedGraph graph = random(seed, Quantization.LIGHTNING, true, arena);
                assertTrue(
                        GraphLowering.obstacle(graph).isEmpty(),
                        () -> GraphLowering.obstacle(graph).orElse(""));
                compare(graph, GraphLowering.toNetwork(graph, arena), seed, arena);
            }
        }
    }

    private static void compare(QuantizedGraph graph, QuantizedNetwork network, long seed, Arena arena) {
        IntegerInference unrolled = new IntegerInference(network, arena);
        GraphInference straight = new GraphInference(graph);
        for (int query = 0; query < 4; query++) {
            long input = RandomNetworks.input(new SeededRandom(seed + query), network.inputs(), arena);
            assertEquals(straight.infer(input), unrolled.infer(input), "seed=" + seed);
            for (int output = 0; output < network.outputs(); output++) {
                assertEquals(straight.sum(output), unrolled.sum(output), "seed=" + seed);
            }
        }
    }

    @Test
    void shouldComeCloseToFloat() throws OnnxException {
        int same = 0;
        int all = 0;
        double error = 0;
        for (long seed = 1; seed <= 60; seed++) {
            try (Arena arena = Arena.ofConfined()) {
                QuantizedGraph graph =
                        random(seed, Quantization.LIGHTNING.withScalePerLayer().withWideSums(), false, arena);
                GraphInference integers = new GraphInference(graph);
                FloatInference floats = new FloatInference(graph.graph());
                long input = RandomNetworks.input(
                        new SeededRandom(seed), graph.graph().inputs(), arena);
                float[] query = new float[graph.graph().inputs()];
                for (int k = 0; k < query.length; k++) {
                    query[k] = NativeMemory.getUnsignedByte(input + k) / 255f;
                }
                boolean softmax = graph.graph().operators().getLast() instanceof Operator.Softmax;
                float[] answer = floats.run(query);
                int best = 0;
                for (int k = 0; k < answer.length; k++) {
                    best = answer[k] > answer[best] ? k : best;
                }
                same += integers.infer(input) == best ? 1 : 0;
                all++;
                if (!softmax) {
                    double largest = 0;
                    double worst = 0;
                    for (int k = 0; k < answer.length; k++) {
                        largest = Math.max(largest, Math.abs(answer[k]));
                        worst = Math.max(worst, Math.abs(answer[k] - integers.sum(k) / integers.units()));
                    }
                    error = Math.max(error, worst / largest);
                }
            }
        }
        assertTrue(same >= all * 0.85, same + " of " + all + " classes are those of float");
        assertTrue(error < 0.35, "the worst sum is off by " + error + " of the largest");
    }

    @Test
    void shouldAllocateNothing() throws OnnxException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Arena arena = Arena.ofConfined()) {
            QuantizedGraph graph = random(11, Quantization.LIGHTNING, false, arena);
            GraphInference inference = new GraphInference(graph);
            long input = RandomNetworks.input(new SeededRandom(1), graph.graph().inputs(), arena);
            for (int k = 0; k < 2_000; k++) {
                inference.infer(input);
            }
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 10; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int k = 0; k < 50; k++) {
                    inference.infer(input);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least);
        }
    }

    /** Graphs with branches, by the name of their node; all others are lowered, pools and all, and give the same sums. */
    @Test
    void shouldSayWhatTheDatapathCannotDo() throws OnnxException {
        int branched = 0;
        for (long seed = 1; seed <= 60; seed++) {
            try (Arena arena = Arena.ofConfined()) {
                QuantizedGraph graph = random(seed, Quantization.LIGHTNING, false, arena);
                Operator add = null;
                for (Operator operator : graph.graph().operators()) {
                    add = operator instanceof Operator.Add ? operator : add;
                }
                String obstacle = GraphLowering.obstacle(graph).orElse("");
                if (add == null) {
                    assertEquals("", obstacle, "seed=" + seed);
                    compare(graph, GraphLowering.toNetwork(graph, arena), seed, arena);
                } else {
                    branched++;
                    assertTrue(obstacle.endsWith("': the datapath has no branches"), obstacle);
                    assertTrue(
                            graph.graph().operators().stream()
                                    .anyMatch(operator -> obstacle.startsWith("'" + operator.name() + "'")),
                            obstacle);
                }
            }
        }
        assertTrue(branched > 10 && branched < 50, "branched=" + branched);
    }

    private static Operator.Linear linear(String name, int source, Window window, int outputs, Arena arena) {
        int inputs = window.channels() * window.kernelHeight() * window.kernelWidth();
        FloatLayer weights = RandomNetworks.floats(new SeededRandom(1), 100, 1, arena, inputs, outputs);
        return new Operator.Linear(name, source, window, 1, weights, Biases.none(outputs));
    }

    private static Window window(int channels, int size, int kernel, int stride, int pad) {
        return new Window(channels, size, size, kernel, kernel, stride, stride, 1, 1, pad, pad, pad, pad);
    }

    private static String obstacle(Arena arena, Operator... operators) {
        LayerGraph graph = new LayerGraph("g", List.of(operators));
        return GraphLowering.obstacle(QuantizedGraph.quantize(graph, Quantization.LIGHTNING, arena))
                .orElse("none");
    }

    @Test
    void shouldNameTheNodeThatCannotBeLaidOnTheDatapath() {
        try (Arena arena = Arena.ofConfined()) {
            Operator input = new Operator.Input("image", 16);
            Operator first = new Operator.MaxPool("early", 0, window(1, 4, 2, 2, 0));
            Operator conv = linear("conv", 0, window(1, 4, 1, 1, 0), 1, arena);
            Operator relu = new Operator.Relu("relu", 1, 16);
            Operator pool = new Operator.MaxPool("pool", 2, window(1, 4, 2, 2, 0));
            Operator again = new Operator.AveragePool("again", 3, window(1, 2, 2, 2, 0), false);
            assertEquals(
                    "'early': the datapath pools behind a layer only",
                    obstacle(arena, input, first, linear("sums", 1, Window.dense(4), 3, arena)));
            assertEquals(
                    "'again': the datapath pools once behind a layer",
                    obstacle(arena, input, conv, relu, pool, again, linear("sums", 4, Window.dense(1), 3, arena)));
            assertEquals(
                    "'sums': the datapath has ReLU behind every layer but the last",
                    obstacle(
                            arena,
                            input,
                            conv,
                            new Operator.MaxPool("pool", 1, window(1, 4, 2, 2, 0)),
                            linear("sums", 2, Window.dense(4), 3, arena)));
            assertEquals(
                    "'pool': a window lies on padding alone",
                    obstacle(arena, input, conv, relu, new Operator.MaxPool("pool", 2, window(1, 4, 1, 1, 1))));
            Operator wide = new Operator.Input("image", 90_000);
            Operator one = linear("conv", 0, window(1, 300, 1, 1, 0), 1, arena);
            assertEquals(
                    "'conv': unrolled up to here it has 8100000000 weights, more than 16777216",
                    obstacle(arena, wide, one));
            assertEquals("none", obstacle(arena, input, conv, relu, pool), "a pool may be the last");
        }
    }

    /** Written from MODELS.md, one rule after the other, value by value; shares nothing but the shapes. */
    private static final class ByTheRules {
        private final QuantizedGraph quantized;
        private final List<long[]> values = new ArrayList<>();
        private final List<Double> units = new ArrayList<>();

        ByTheRules(QuantizedGraph quantized) {
            this.quantized = quantized;
        }

        long[] answer(long input) {
            List<Operator> operators = quantized.graph().operators();
            for (int k = 0; k < operators.size(); k++) {
                values.add(
                        switch (operators.get(k)) {
                            case Operator.Input query -> {
                                long[] bytes = new long[query.outputs()];
                                for (int v = 0; v < bytes.length; v++) {
                                    bytes[v] = NativeMemory.getByte(input + v) & 0xFF;
                                }
                                units.add(quantized.quantization().inputUnits());
                                yield bytes;
                            }
                            case Operator.Linear linear -> linear(k, linear);
                            case Operator.Relu relu -> {
                                long[] sums = values.get(relu.source()).clone();
                                for (int v = 0; v < sums.length; v++) {
                                    sums[v] = sums[v] < 0 ? 0 : sums[v];
                                }
                                units.add(units.get(relu.source()));
                                yield sums;
                            }
                            case Operator.MaxPool pool -> pool(pool.window(), pool.source(), true, false);
                            case Operator.AveragePool pool ->
                                pool(pool.window(), pool.source(), false, pool.countsPadding());
                            case Operator.Softmax softmax -> {
                                units.add(units.get(softmax.source()));
                                yield values.get(softmax.source());
                            }
                            case Operator.Add add -> {
                                double left = units.get(add.left());
                                double right = units.get(add.right());
                                double coarse = Math.min(left, right);
                                long[] sums = new long[add.outputs()];
                                for (int v = 0; v < sums.length; v++) {
                                    sums[v] = wrap(Math.floorDiv(
                                                    values.get(add.left())[v] * (long) Math.rint(coarse / left * 65536),
                                                    65536)
                                            + Math.floorDiv(
                                                    values.get(add.right())[v]
                                                            * (long) Math.rint(coarse / right * 65536),
                                                    65536));
                                }
                                units.add(coarse);
                                yield sums;
                            }
                        });
            }
            return values.getLast();
        }

        private long wrap(long sum) {
            return quantized.quantization().sumBits() == 16 ? (short) sum : (int) sum;
        }

        private long[] linear(int at, Operator.Linear linear) {
            long[] light = values.get(linear.source()).clone();
            double inUnits = units.get(linear.source());
            if (linear.source() > 0) {
                long largest = 0;
                for (long value : light) {
                    largest = Math.max(largest, Math.abs(value));
                }
                while (largest >= 256) {
                    largest /= 2;
                    inUnits /= 2;
                    for (int v = 0; v < light.length; v++) {
                        light[v] /= 2;
                    }
                }
                while (largest > 0 && largest < 128) {
                    largest *= 2;
                    inUnits *= 2;
                    for (int v = 0; v < light.length; v++) {
                        light[v] *= 2;
                    }
                }
            }
            QuantizedGraph.Weights weights = quantized.weightsOf(at);
            DenseLayer layer = weights.layer();
            double outUnits = inUnits * weights.scale() / 256;
            units.add(outUnits);
            Window w = linear.window();
            long[] sums = new long[linear.outputs()];
            int perGroup = layer.outputs() / linear.groups();
            int inGroup = w.channels() / linear.groups();
            for (int v = 0; v < sums.length; v++) {
                int channel = v / w.positions();
                int y = v % w.positions() / w.outWidth();
                int x = v % w.outWidth();
                long sum = (int) Math.rint((float) (linear.biases().get(channel) * outUnits));
                for (int k = 0; k < layer.inputs(); k++) {
                    int c = k / (w.kernelHeight() * w.kernelWidth()) + channel / perGroup * inGroup;
                    int row = y * w.strideY() + k / w.kernelWidth() % w.kernelHeight() * w.dilationY() - w.padTop();
                    int column = x * w.strideX() + k % w.kernelWidth() * w.dilationX() - w.padLeft();
                    if (row >= 0 && row < w.height() && column >= 0 && column < w.width()) {
                        long a = light[(c * w.height() + row) * w.width() + column];
                        long q = layer.weight(channel, k);
                        long product = Math.abs(a) * Math.abs(q) / 256;
                        sum += a < 0 != q < 0 ? -product : product;
                    }
                }
                sums[v] = wrap(sum);
            }
            return sums;
        }

        private long[] pool(Window w, int source, boolean maximum, boolean countsPadding) {
            units.add(units.get(source));
            long[] pooled = new long[w.channels() * w.positions()];
            for (int v = 0; v < pooled.length; v++) {
                int top = v % w.positions() / w.outWidth() * w.strideY() - w.padTop();
                int left = v % w.outWidth() * w.strideX() - w.padLeft();
                long largest = Long.MIN_VALUE;
                long sum = 0;
                int count = 0;
                for (int k = 0; k < w.kernelHeight() * w.kernelWidth(); k++) {
                    int row = top + k / w.kernelWidth() * w.dilationY();
                    int column = left + k % w.kernelWidth() * w.dilationX();
                    if (row >= 0 && row < w.height() && column >= 0 && column < w.width()) {
                        long value = values.get(source)[(v / w.positions() * w.height() + row) * w.width() + column];
                        largest = Math.max(largest, value);
                        sum += value;
                        count++;
                    }
                }
                int of = countsPadding ? w.kernelHeight() * w.kernelWidth() : count;
                pooled[v] = maximum ? largest : Math.floorDiv(sum, of);
            }
            return pooled;
        }
    }
}

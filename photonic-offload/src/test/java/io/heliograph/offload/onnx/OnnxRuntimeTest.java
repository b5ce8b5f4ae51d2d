package io.heliograph.offload.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.heliograph.offload.graph.FloatInference;
import io.heliograph.offload.graph.LayerGraph;
import io.heliograph.offload.graph.Quantization;
import io.heliograph.offload.model.NetworkFile;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.modelfile.Model;
import io.heliograph.offload.modelfile.ModelFile;
import io.heliograph.transport.SeededRandom;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX Runtime reads what is written here, and computes what is computed here. */
final class OnnxRuntimeTest {

    @TempDir
    private Path directory = Path.of("");

    /** The flattened output of ONNX Runtime on its CPU, without its optimisations. */
    private static float[] run(byte[] model, long[] shape, String input, float[] values) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(model, options);
                    OnnxTensor query = OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
                    OrtSession.Result result = session.run(Map.of(input, query))) {
                FloatBuffer buffer = ((OnnxTensor) result.get(0)).getFloatBuffer();
                float[] answer = new float[buffer.remaining()];
                buffer.get(answer);
                return answer;
            }
        }
    }

    @Test
    void shouldAgreeOnRandomNetworksOfEveryOperator() throws OrtException, IOException {
        Set<String> seen = new HashSet<>();
        for (long seed = 1; seed <= 150; seed++) {
            SeededRandom random = new SeededRandom(seed);
            OnnxModel model = RandomOnnx.cnn(random);
            model.nodes().forEach(node -> seen.add(node.operator()));
            byte[] bytes = OnnxWriter.write(model);
            assertEquals(OnnxReader.read("again", bytes).nodes(), model.nodes(), "seed=" + seed);
            try (Arena arena = Arena.ofConfined()) {
                LayerGraph graph = OnnxImport.of("random", OnnxReader.read("random", bytes), arena);
                float[] query = new float[graph.inputs()];
                for (int k = 0; k < query.length; k++) {
                    query[k] = (random.nextInt(2_001) - 1_000) / 1_000f;
                }
                long[] shape = {
                    1,
                    model.inputs().getFirst().dims().get(1),
                    model.inputs().getFirst().dims().get(2),
                    model.inputs().getFirst().dims().get(3)
                };
                float[] expected = run(bytes, shape, "image", query);
                float[] ours = new FloatInference(graph).run(query);
                float largest = 1;
                for (float value : expected) {
                    largest = Math.max(largest, Math.abs(value));
                }
                assertArrayEquals(expected, ours, 2e-5f * largest, "seed=" + seed);
            }
        }
        assertEquals(
                Set.of(
                        "Conv",
                        "BatchNormalization",
                        "Relu",
                        "Add",
                        "MaxPool",
                        "AveragePool",
                        "GlobalAveragePool",
                        "Flatten",
                        "Reshape",
                        "Gemm",
                        "MatMul",
                        "Softmax"),
                seen);
    }

    @Test
    void shouldExportTheShippedModel() throws OrtException, IOException {
        try (Arena arena = Arena.ofConfined()) {
            QuantizedNetwork shipped = ModelFile.builtIn(arena);
            byte[] bytes = OnnxWriter.write(OnnxWriter.modelOf(shipped));
            Path file = Files.write(directory.resolve("digits.onnx"), bytes);
            assertArrayEquals(
                    NetworkFile.write(shipped),
                    NetworkFile.write(ModelFile.readNetwork(file, arena)),
                    "the same integers come back");
            LayerGraph graph = OnnxImport.read(file, arena);
            SeededRandom random = new SeededRandom(9);
            float[] query = new float[shipped.inputs()];
            for (int k = 0; k < query.length; k++) {
                query[k] = random.nextInt(256) / 255f;
            }
            float[] expected = run(bytes, new long[] {1, query.length}, "input", query);
            assertArrayEquals(expected, new FloatInference(graph).run(query), 1e-3f);
            assertEquals(10, expected.length);
            assertEquals(
                    Model.Chain.class,
                    ModelFile.read(file, Quantization.LIGHTNING, arena).getClass());
        }
    }
}

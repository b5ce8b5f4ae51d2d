package io.heliograph.offload.modelfile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.offload.RandomNetworks;
import io.heliograph.offload.graph.GraphInference;
import io.heliograph.offload.graph.Quantization;
import io.heliograph.offload.model.NetworkFile;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.onnx.OnnxWriter;
import io.heliograph.offload.onnx.RandomOnnx;
import io.heliograph.transport.SeededRandom;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelFileTest {

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldReadOurOwnFile() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            QuantizedNetwork network = RandomNetworks.network(new SeededRandom(1), 50, arena, 12, 7, 3);
            byte[] bytes = NetworkFile.write(network);
            Path file = Files.write(directory.resolve("a"), bytes);
            assertArrayEquals(bytes, NetworkFile.write(ModelFile.readNetwork(file, arena)));
            assertEquals(
                    12 * 7 + 7 * 3,
                    ModelFile.read(file, Quantization.LIGHTNING, arena).multiplications());
        }
    }

    @Test
    void shouldReadADirectoryOfLightningsWeights() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] weights = RandomNetworks.floats(new SeededRandom(1), 100, 0.5f, arena, 6, 4)
                    .weights()
                    .toArray(ValueLayout.JAVA_BYTE);
            Files.write(directory.resolve("fc_1_4x6.f32le.bin"), weights);
            QuantizedNetwork network = ModelFile.readNetwork(directory, arena);
            assertEquals(6, network.inputs());
            assertEquals(255, network.scale());
            Model each = ModelFile.read(directory, Quantization.LIGHTNING.withScalePerLayer(), arena);
            assertTrue(assertInstanceOf(Model.Chain.class, each).network().scale() > 500);
        }
    }

    @Test
    void shouldTellGraphsFromChainsAndSayWhy() throws IOException {
        Path graph = Files.write(directory.resolve("g.onnx"), OnnxWriter.write(RandomOnnx.cnn(new SeededRandom(1))));
        Path chain = Files.write(
                directory.resolve("c.onnx"), OnnxWriter.write(RandomOnnx.convolutionsOnly(new SeededRandom(1))));
        try (Arena arena = Arena.ofConfined()) {
            Model.Graph read =
                    assertInstanceOf(Model.Graph.class, ModelFile.read(graph, Quantization.LIGHTNING, arena));
            // Its integers live on without the floats.
            long input = RandomNetworks.input(new SeededRandom(1), read.inputs(), arena);
            assertTrue(new GraphInference(read.graph()).infer(input) < read.outputs());
            IOException refused = assertThrows(IOException.class, () -> ModelFile.readNetwork(graph, arena));
            assertTrue(String.valueOf(refused.getMessage()).contains(read.obstacle()), refused::toString);
            assertTrue(ModelFile.readNetwork(chain, arena).multiplications() > 0);
        }
    }

    @Test
    void shouldRefuseWhatIsNoModel() throws IOException {
        Path file = Files.writeString(directory.resolve("x.onnx"), "not a model at all");
        try (Arena arena = Arena.ofConfined()) {
            IOException refused =
                    assertThrows(IOException.class, () -> ModelFile.read(file, Quantization.LIGHTNING, arena));
            assertTrue(String.valueOf(refused.getMessage()).contains("x.onnx"), refused::toString);
        }
    }
}

package io.heliograph.offload.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.offload.SharedData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuantizedNetworkTest {

    private static FloatLayer layer(Arena arena, int outputs, int inputs, float... weights) {
        return new FloatLayer(outputs, inputs, arena.allocateFrom(ValueLayout.JAVA_FLOAT, weights));
    }

    @Test
    void shouldScaleAllLayersByTheLargestWeightOfAll() {
        try (Arena arena = Arena.ofConfined()) {
            QuantizedNetwork network = QuantizedNetwork.quantize(
                    "two", List.of(layer(arena, 2, 2, 1, -2.5f, 0.5f, 0), layer(arena, 1, 2, -1.25f, 0.1f)), arena);
            assertEquals(102, network.scale());
            assertEquals(102, network.layers().getFirst().weight(0, 0));
            assertEquals(-255, network.layers().getFirst().weight(0, 1));
            assertEquals(-128, network.layers().getLast().weight(0, 0), "127.5 to even");
            assertEquals(10, network.layers().getLast().weight(0, 1), "10.2");
            assertTrue(network.layers().getFirst().relu());
            assertTrue(!network.layers().getLast().relu());
        }
    }

    @Test
    void shouldNotScaleSmallWeightsUp() {
        try (Arena arena = Arena.ofConfined()) {
            QuantizedNetwork network =
                    QuantizedNetwork.quantize("one", List.of(layer(arena, 1, 2, 0.5f, -0.01f)), arena);
            assertEquals(255, network.scale());
            assertEquals(128, network.layers().getFirst().weight(0, 0), "127.5 to even");
            assertEquals(-3, network.layers().getFirst().weight(0, 1), "2.55");
        }
    }

    @Test
    void shouldRefuseLayersThatDoNotFitAndWeightsThatAreNone() {
        try (Arena arena = Arena.ofConfined()) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> QuantizedNetwork.quantize(
                            "n", List.of(layer(arena, 2, 1, 1, 1), layer(arena, 1, 3, 1, 1, 1)), arena));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> QuantizedNetwork.quantize("n", List.of(layer(arena, 1, 1, Float.NaN)), arena));
            assertThrows(IllegalArgumentException.class, () -> new FloatLayer(1, 2, MemorySegment.NULL));
        }
    }

    @Test
    void shouldReadLightningsWeights() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            QuantizedNetwork lenet = SharedData.lenet(arena);
            assertEquals(178.383383, lenet.scale(), 1e-5);
            assertEquals("mlp-784-300-100-10", lenet.name());
            assertEquals(266_200, lenet.multiplications());
            int[] notZero = {10_545, 850, 61};
            for (int k = 0; k < 3; k++) {
                int count = 0;
                for (int output = 0; output < lenet.layers().get(k).outputs(); output++) {
                    for (int input = 0; input < lenet.layers().get(k).inputs(); input++) {
                        count += lenet.layers().get(k).weight(output, input) != 0 ? 1 : 0;
                    }
                }
                assertEquals(notZero[k], count, "counted with NumPy");
            }
        }
    }

    @Test
    void shouldSayWhichWeightFileIsWrong(@TempDir Path folder) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            assertThrows(IOException.class, () -> LightningWeights.load(folder.resolve("none"), arena));
            assertThrows(IOException.class, () -> LightningWeights.load(folder, arena));
            Files.write(folder.resolve("fc_1_2x3.f32le.bin"), new byte[24]);
            assertEquals(3, LightningWeights.load(folder, arena).inputs());
            Files.write(folder.resolve("fc_3_1x2.f32le.bin"), new byte[8]);
            IOException missing = assertThrows(IOException.class, () -> LightningWeights.load(folder, arena));
            assertTrue(
                    String.valueOf(missing.getMessage()).contains("layer is missing"),
                    String.valueOf(missing.getMessage()));
            Files.move(folder.resolve("fc_3_1x2.f32le.bin"), folder.resolve("fc_2_1x9.f32le.bin"));
            IOException size = assertThrows(IOException.class, () -> LightningWeights.load(folder, arena));
            assertTrue(String.valueOf(size.getMessage()).contains("expected=36"), String.valueOf(size.getMessage()));
        }
    }
}

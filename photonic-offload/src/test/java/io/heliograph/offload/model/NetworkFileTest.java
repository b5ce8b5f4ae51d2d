package io.heliograph.offload.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.offload.RandomNetworks;
import io.heliograph.transport.SeededRandom;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NetworkFileTest {

    @Test
    void shouldGiveBackEveryWeight() throws IOException {
        for (long seed = 1; seed <= 30; seed++) {
            SeededRandom random = new SeededRandom(seed);
            try (Arena arena = Arena.ofConfined()) {
                int[] widths = new int[2 + random.nextInt(3)];
                for (int k = 0; k < widths.length; k++) {
                    widths[k] = 1 + random.nextInt(40);
                }
                QuantizedNetwork network = RandomNetworks.network(random, 60, arena, widths);
                network = seed % 2 == 0 ? RandomNetworks.biased(network, random, arena) : network;
                byte[] bytes = NetworkFile.write(network);
                assertTrue(NetworkFile.isOne(bytes));
                QuantizedNetwork read = NetworkFile.read("x", bytes, arena);
                assertEquals(network.name(), read.name());
                assertEquals(network.scale(), read.scale());
                assertEquals(network.layers().size(), read.layers().size());
                for (int k = 0; k < read.layers().size(); k++) {
                    DenseLayer before = network.layers().get(k);
                    DenseLayer after = read.layers().get(k);
                    assertEquals(before.inputs(), after.inputs());
                    assertEquals(before.outputs(), after.outputs());
                    assertEquals(before.relu(), after.relu());
                    for (int output = 0; output < before.outputs(); output++) {
                        assertEquals(before.bias(output), after.bias(output), "seed=" + seed);
                        for (int input = 0; input < before.inputs(); input++) {
                            assertEquals(before.weight(output, input), after.weight(output, input), "seed=" + seed);
                        }
                    }
                }
                assertArrayEquals(bytes, NetworkFile.write(read), "seed=" + seed);
            }
        }
    }

    @Test
    void shouldNoticeEveryDamagedByteAndEveryLostOne() {
        try (Arena arena = Arena.ofConfined()) {
            byte[] whole = NetworkFile.write(RandomNetworks.network(new SeededRandom(1), 60, arena, 9, 5, 3));
            for (int k = 0; k < whole.length; k++) {
                byte[] damaged = whole.clone();
                damaged[k] ^= 0x10;
                assertThrows(IOException.class, () -> NetworkFile.read("x", damaged, arena), "byte " + k);
                byte[] shorter = Arrays.copyOf(whole, k);
                assertThrows(IOException.class, () -> NetworkFile.read("x", shorter, arena), "length " + k);
            }
            byte[] longer = Arrays.copyOf(whole, whole.length + 1);
            IOException refused = assertThrows(IOException.class, () -> NetworkFile.read("some file", longer, arena));
            assertTrue(String.valueOf(refused.getMessage()).contains("some file"), refused::toString);
            assertFalse(NetworkFile.isOne(new byte[] {1, 2, 3}));
        }
    }

    @Test
    void shouldScaleEachLayerIfAsked() {
        SeededRandom random = new SeededRandom(4);
        try (Arena arena = Arena.ofConfined()) {
            FloatLayer small = RandomNetworks.floats(random, 100, 0.01f, arena, 6, 5);
            FloatLayer large = RandomNetworks.floats(random, 100, 3, arena, 5, 4);
            QuantizedNetwork one = QuantizedNetwork.quantize("one", List.of(small, large), arena);
            QuantizedNetwork each = QuantizedNetwork.quantizePerLayer("each", List.of(small, large), arena);
            assertTrue(largest(one.layers().getFirst()) <= 1, "one scale leaves next to nothing of a small layer");
            assertEquals(255, largest(each.layers().getFirst()));
            assertEquals(255, largest(each.layers().getLast()));
        }
    }

    private static int largest(DenseLayer layer) {
        int largest = 0;
        for (int output = 0; output < layer.outputs(); output++) {
            for (int input = 0; input < layer.inputs(); input++) {
                largest = Math.max(largest, Math.abs(layer.weight(output, input)));
            }
        }
        return largest;
    }
}

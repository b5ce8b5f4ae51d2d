package io.heliograph.offload;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.FloatLayer;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Networks and inputs that a seed makes. */
public final class RandomNetworks {

    private RandomNetworks() {}

    /** A network of these widths, inputs first; {@code density} of 100 weights are not zero. */
    public static QuantizedNetwork network(SeededRandom random, int density, Arena arena, int... widths) {
        List<FloatLayer> layers = new ArrayList<>();
        for (int k = 1; k < widths.length; k++) {
            layers.add(floats(random, density, 1 / 0.9f, arena, widths[k - 1], widths[k]));
        }
        return QuantizedNetwork.quantize("random", layers, arena);
    }

    /** A layer with weights of at most {@code largest}; {@code density} of 100 are not zero. */
    public static FloatLayer floats(
            SeededRandom random, int density, float largest, Arena arena, int inputs, int outputs) {
        MemorySegment floats = arena.allocate((long) inputs * outputs * Float.BYTES, Float.BYTES);
        for (int w = 0; w < inputs * outputs; w++) {
            float weight = random.nextInt(100) < density ? (random.nextInt(2_001) - 1_000) / 1_000f * largest : 0;
            NativeMemory.putInt(floats.address() + (long) w * Float.BYTES, Float.floatToRawIntBits(weight));
        }
        return new FloatLayer(outputs, inputs, floats);
    }

    /** The same network with biases: most layers, numbers of many sizes, with fractions. */
    public static QuantizedNetwork biased(QuantizedNetwork network, SeededRandom random, Arena arena) {
        List<DenseLayer> layers = new ArrayList<>();
        for (DenseLayer layer : network.layers()) {
            float[] biases = new float[layer.outputs()];
            boolean any = layers.isEmpty() || random.nextInt(4) > 0;
            for (int k = 0; any && k < biases.length; k++) {
                biases[k] = (random.nextInt(1 << 20) - (1 << 19)) / (float) (1 << random.nextInt(20));
            }
            layers.add(layer.withBiases(arena, biases));
        }
        return new QuantizedNetwork("biased", layers, network.scale());
    }

    /** Activations of 0 to 255. */
    public static long input(SeededRandom random, int bytes, Arena arena) {
        long address = arena.allocate(bytes).address();
        for (int k = 0; k < bytes; k++) {
            NativeMemory.putByte(address + k, (byte) (random.nextInt(3) == 0 ? 0 : random.nextInt(256)));
        }
        return address;
    }
}

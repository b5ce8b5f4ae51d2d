package io.heliograph.benchmarks.offload;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Images of chance: half of the pixels are 0. */
public final class RandomImages {

    private static final int VALUES = 256;

    private RandomImages() {}

    /**
     * Makes them; the same seed makes the same.
     *
     * @param inputs pixels of each
     * @param arena owns them
     */
    public static ImageSet make(int count, int inputs, long seed, Arena arena) {
        SeededRandom random = new SeededRandom(seed);
        long address = arena.allocate((long) count * inputs).address();
        for (long pixel = 0; pixel < (long) count * inputs; pixel++) {
            NativeMemory.putByte(address + pixel, (byte) (random.nextInt(2) == 0 ? 0 : random.nextInt(VALUES)));
        }
        return new ImageSet(count, inputs, address, MemorySegment.NULL);
    }
}

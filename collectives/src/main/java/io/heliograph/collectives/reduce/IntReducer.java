package io.heliograph.collectives.reduce;

import io.heliograph.bindings.memory.NativeMemory;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** I32: sums and products wrap around. */
final class IntReducer extends Reducer {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    @Override
    void sum(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).add(load(right, i)).intoMemorySegment(MEMORY, to + i * Integer.BYTES, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, get(left, i) + get(right, i));
        }
    }

    @Override
    void product(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).mul(load(right, i)).intoMemorySegment(MEMORY, to + i * Integer.BYTES, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, get(left, i) * get(right, i));
        }
    }

    @Override
    void min(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).min(load(right, i)).intoMemorySegment(MEMORY, to + i * Integer.BYTES, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, Math.min(get(left, i), get(right, i)));
        }
    }

    @Override
    void max(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).max(load(right, i)).intoMemorySegment(MEMORY, to + i * Integer.BYTES, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, Math.max(get(left, i), get(right, i)));
        }
    }

    /** One after the other: processors have no division of integer vectors. */
    @Override
    public void divide(long address, long count, int divisor) {
        for (long i = 0; i < count; i++) {
            put(address, i, get(address, i) / divisor);
        }
    }

    private static IntVector load(long address, long i) {
        return IntVector.fromMemorySegment(SPECIES, MEMORY, address + i * Integer.BYTES, ORDER);
    }

    private static int get(long address, long i) {
        return NativeMemory.getInt(address + i * Integer.BYTES);
    }

    private static void put(long address, long i, int value) {
        NativeMemory.putInt(address + i * Integer.BYTES, value);
    }
}

package io.heliograph.collectives.reduce;

import io.heliograph.bindings.memory.NativeMemory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** F32. */
final class FloatReducer extends Reducer {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    @Override
    void sum(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).add(load(right, i)).intoMemorySegment(MEMORY, to + i * Float.BYTES, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, get(left, i) + get(right, i));
        }
    }

    @Override
    void product(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).mul(load(right, i)).intoMemorySegment(MEMORY, to + i * Float.BYTES, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, get(left, i) * get(right, i));
        }
    }

    @Override
    void min(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).min(load(right, i)).intoMemorySegment(MEMORY, to + i * Float.BYTES, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, Math.min(get(left, i), get(right, i)));
        }
    }

    @Override
    void max(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).max(load(right, i)).intoMemorySegment(MEMORY, to + i * Float.BYTES, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, Math.max(get(left, i), get(right, i)));
        }
    }

    @Override
    public void divide(long address, long count, int divisor) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(address, i).div((float) divisor).intoMemorySegment(MEMORY, address + i * Float.BYTES, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(address, i, get(address, i) / divisor);
        }
    }

    private static FloatVector load(long address, long i) {
        return FloatVector.fromMemorySegment(SPECIES, MEMORY, address + i * Float.BYTES, ORDER);
    }

    private static float get(long address, long i) {
        return Float.intBitsToFloat(NativeMemory.getInt(address + i * Float.BYTES));
    }

    private static void put(long address, long i, float value) {
        NativeMemory.putInt(address + i * Float.BYTES, Float.floatToRawIntBits(value));
    }
}

package io.heliograph.collectives.reduce;

import io.heliograph.bindings.memory.NativeMemory;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** F64. */
final class DoubleReducer extends Reducer {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    @Override
    void sum(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).add(load(right, i)).intoMemorySegment(MEMORY, to + i * Double.BYTES, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, get(left, i) + get(right, i));
        }
    }

    @Override
    void product(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).mul(load(right, i)).intoMemorySegment(MEMORY, to + i * Double.BYTES, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, get(left, i) * get(right, i));
        }
    }

    @Override
    void min(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).min(load(right, i)).intoMemorySegment(MEMORY, to + i * Double.BYTES, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, Math.min(get(left, i), get(right, i)));
        }
    }

    @Override
    void max(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).max(load(right, i)).intoMemorySegment(MEMORY, to + i * Double.BYTES, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, Math.max(get(left, i), get(right, i)));
        }
    }

    @Override
    public void divide(long address, long count, int divisor) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(address, i).div((double) divisor).intoMemorySegment(MEMORY, address + i * Double.BYTES, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(address, i, get(address, i) / divisor);
        }
    }

    private static DoubleVector load(long address, long i) {
        return DoubleVector.fromMemorySegment(SPECIES, MEMORY, address + i * Double.BYTES, ORDER);
    }

    private static double get(long address, long i) {
        return Double.longBitsToDouble(NativeMemory.getLong(address + i * Double.BYTES));
    }

    private static void put(long address, long i, double value) {
        NativeMemory.putLong(address + i * Double.BYTES, Double.doubleToRawLongBits(value));
    }
}

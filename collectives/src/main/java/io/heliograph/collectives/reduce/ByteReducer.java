package io.heliograph.collectives.reduce;

import io.heliograph.bindings.memory.NativeMemory;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/** I8: sums and products wrap around. */
final class ByteReducer extends Reducer {
    private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    @Override
    void sum(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).add(load(right, i)).intoMemorySegment(MEMORY, to + i, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, (byte) (get(left, i) + get(right, i)));
        }
    }

    @Override
    void product(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).mul(load(right, i)).intoMemorySegment(MEMORY, to + i, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, (byte) (get(left, i) * get(right, i)));
        }
    }

    @Override
    void min(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).min(load(right, i)).intoMemorySegment(MEMORY, to + i, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, (byte) Math.min(get(left, i), get(right, i)));
        }
    }

    @Override
    void max(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            load(left, i).max(load(right, i)).intoMemorySegment(MEMORY, to + i, ORDER);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, (byte) Math.max(get(left, i), get(right, i)));
        }
    }

    /** One after the other: processors have no division of integer vectors. */
    @Override
    public void divide(long address, long count, int divisor) {
        for (long i = 0; i < count; i++) {
            put(address, i, (byte) (get(address, i) / divisor));
        }
    }

    private static ByteVector load(long address, long i) {
        return ByteVector.fromMemorySegment(SPECIES, MEMORY, address + i, ORDER);
    }

    private static byte get(long address, long i) {
        return NativeMemory.getByte(address + i);
    }

    private static void put(long address, long i, byte value) {
        NativeMemory.putByte(address + i, value);
    }
}

package io.heliograph.collectives.reduce;

import io.heliograph.bindings.memory.NativeMemory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** BF16, widened to F32 and rounded back: see {@link Bfloat16}. */
final class Bfloat16Reducer extends Reducer {
    private static final VectorSpecies<Integer> WIDE = IntVector.SPECIES_PREFERRED;
    private static final int LANES = WIDE.length();
    /** As many 16-bit elements, in half as wide a vector. */
    private static final VectorSpecies<Short> NARROW =
            VectorSpecies.of(short.class, VectorShape.forBitSize(LANES * Short.SIZE));

    @Override
    void sum(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            store(load(left, i).add(load(right, i)), to, i);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, get(left, i) + get(right, i));
        }
    }

    @Override
    void product(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            store(load(left, i).mul(load(right, i)), to, i);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, get(left, i) * get(right, i));
        }
    }

    @Override
    void min(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            store(load(left, i).min(load(right, i)), to, i);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, Math.min(get(left, i), get(right, i)));
        }
    }

    @Override
    void max(long left, long right, long to, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            store(load(left, i).max(load(right, i)), to, i);
        }
        for (long i = whole; i < count; i++) {
            put(to, i, Math.max(get(left, i), get(right, i)));
        }
    }

    @Override
    public void divide(long address, long count, int divisor) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            store(load(address, i).div((float) divisor), address, i);
        }
        for (long i = whole; i < count; i++) {
            put(address, i, get(address, i) / divisor);
        }
    }

    private static FloatVector load(long address, long i) {
        return Bfloat16.widen(
                (IntVector) ShortVector.fromMemorySegment(NARROW, MEMORY, address + i * Short.BYTES, ORDER)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, WIDE, 0));
    }

    private static void store(FloatVector values, long address, long i) {
        ((ShortVector) Bfloat16.narrow(values).convertShape(VectorOperators.I2S, NARROW, 0))
                .intoMemorySegment(MEMORY, address + i * Short.BYTES, ORDER);
    }

    private static float get(long address, long i) {
        return Bfloat16.widen(NativeMemory.getShort(address + i * Short.BYTES));
    }

    private static void put(long address, long i, float value) {
        NativeMemory.putShort(address + i * Short.BYTES, Bfloat16.narrow(value));
    }
}

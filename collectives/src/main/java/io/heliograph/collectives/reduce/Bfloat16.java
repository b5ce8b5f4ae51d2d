package io.heliograph.collectives.reduce;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Between BF16, the upper half of a binary32, and binary32: rounded to nearest even, every NaN to 0x7FC0. */
final class Bfloat16 {
    private static final int NAN = 0x7fc0;
    private static final int BELOW_HALF = 0x7fff;

    private Bfloat16() {}

    static float widen(short bits) {
        return Float.intBitsToFloat(bits << Short.SIZE);
    }

    static short narrow(float value) {
        int bits = Float.floatToRawIntBits(value);
        int rounded = bits + BELOW_HALF + (bits >>> Short.SIZE & 1);
        return (short) (Float.isNaN(value) ? NAN : rounded >>> Short.SIZE);
    }

    /** As {@link #widen(short)}; the elements are zero-extended. */
    static FloatVector widen(IntVector bits) {
        return bits.lanewise(VectorOperators.LSHL, Short.SIZE).reinterpretAsFloats();
    }

    /** As {@link #narrow(float)}; the elements are in the lower halves. */
    static IntVector narrow(FloatVector values) {
        IntVector bits = values.reinterpretAsInts();
        VectorMask<Integer> nan = values.compare(VectorOperators.NE, values).cast(bits.species());
        IntVector odd = bits.lanewise(VectorOperators.LSHR, Short.SIZE).and(1);
        return bits.add(BELOW_HALF)
                .add(odd)
                .lanewise(VectorOperators.LSHR, Short.SIZE)
                .blend(NAN, nan);
    }
}

package io.heliograph.collectives.reduce;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Between IEEE 754 binary16 and binary32: rounded to nearest even, every NaN to 0x7E00.
 *
 * <p>Vectors do it by arithmetic on the bits. Widening: exponent and fraction are moved to their places in a binary32 and scaled by 2^112, the difference of the biases, which makes
 * subnormals right as well. Narrowing: a normal result is rounded by an addition to the bits below the fraction; a subnormal one by adding 0.5, in whose last places the fraction of a binary16 subnormal lies.
 */
final class Half {
    private static final int NAN = 0x7e00;
    private static final int INFINITY = 0x7c00;
    private static final int MAGNITUDE = 0x7fff;
    /** Bits that a binary32's fraction has more. */
    private static final int SHIFT = 13;
    /** 2^(127 - 15). */
    private static final float REBIAS = 0x1p112f;

    private static final int FLOAT_INFINITY = 0x7f80_0000;
    private static final int FLOAT_MAGNITUDE = 0x7fff_ffff;
    /** Bits of 2^16: from there on, all is infinite. */
    private static final int FIRST_INFINITE = 127 + 16 << 23;
    /** Bits of 2^-14, the least normal binary16. */
    private static final int LEAST_NORMAL = 127 - 14 << 23;
    /** The least place of 0.5 as a binary32 is 2^-24, the least binary16. */
    private static final float ALIGNING = 0.5f;

    private static final int ALIGNING_BITS = Float.floatToRawIntBits(ALIGNING);
    private static final int BIAS_AND_BELOW_HALF = (15 - 127 << 23) + (1 << SHIFT - 1) - 1;

    private Half() {}

    static float widen(short bits) {
        return Float.float16ToFloat(bits);
    }

    static short narrow(float value) {
        return Float.isNaN(value) ? NAN : Float.floatToFloat16(value);
    }

    /** As {@link #widen(short)}; the elements are zero-extended. */
    static FloatVector widen(IntVector bits) {
        IntVector magnitude = bits.and(MAGNITUDE);
        IntVector sign = bits.sub(magnitude).lanewise(VectorOperators.LSHL, Short.SIZE);
        IntVector moved = magnitude.lanewise(VectorOperators.LSHL, SHIFT);
        IntVector scaled = moved.reinterpretAsFloats().mul(REBIAS).reinterpretAsInts();
        VectorMask<Integer> notFinite = magnitude.compare(VectorOperators.GE, INFINITY);
        return scaled.blend(moved.or(FLOAT_INFINITY), notFinite).or(sign).reinterpretAsFloats();
    }

    /** As {@link #narrow(float)}; the elements are in the lower halves. */
    static IntVector narrow(FloatVector values) {
        IntVector bits = values.reinterpretAsInts();
        IntVector magnitude = bits.and(FLOAT_MAGNITUDE);
        IntVector odd = magnitude.lanewise(VectorOperators.LSHR, SHIFT).and(1);
        IntVector normal = magnitude.add(BIAS_AND_BELOW_HALF).add(odd).lanewise(VectorOperators.LSHR, SHIFT);
        IntVector subnormal = magnitude
                .reinterpretAsFloats()
                .add(ALIGNING)
                .reinterpretAsInts()
                .sub(ALIGNING_BITS);
        IntVector sign = bits.lanewise(VectorOperators.LSHR, Short.SIZE).and(~MAGNITUDE & 0xffff);
        return normal.blend(subnormal, magnitude.compare(VectorOperators.LT, LEAST_NORMAL))
                .blend(INFINITY, magnitude.compare(VectorOperators.GE, FIRST_INFINITE))
                .or(sign)
                .blend(NAN, magnitude.compare(VectorOperators.GT, FLOAT_INFINITY));
    }
}

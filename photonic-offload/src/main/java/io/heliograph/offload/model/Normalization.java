package io.heliograph.offload.model;

/** LIGHTNING's normalisation between layers: one power of two for the whole vector, so that the top set bit of its maximum becomes bit 7. */
public final class Normalization {

    private static final int TOP_BIT = 7;

    private Normalization() {}

    /**
     * How far to shift right; below 0, how far to the left.
     *
     * @param maximum of the vector, 0 to 32767; for 0 nothing is to be shifted
     */
    public static int shiftFor(int maximum) {
        return maximum == 0 ? 0 : Integer.SIZE - 1 - Integer.numberOfLeadingZeros(maximum) - TOP_BIT;
    }

    /** One value, shifted. */
    public static int apply(int value, int shift) {
        return shift >= 0 ? value >> shift : value << -shift;
    }
}

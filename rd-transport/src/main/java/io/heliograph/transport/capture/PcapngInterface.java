package io.heliograph.transport.capture;

import java.math.BigInteger;

/**
 * What an interface description block says.
 *
 * @param linkType of its frames
 * @param snapBytes the most bytes it captures of a frame, 0 for all
 * @param resolution {@code if_tsresol}: units of 10^-n seconds, or 2^-n with the highest bit set
 * @param offsetSeconds {@code if_tsoffset}
 */
record PcapngInterface(int linkType, long snapBytes, int resolution, long offsetSeconds) {
    /** The resolution where none is given: microseconds. */
    static final int DEFAULT_RESOLUTION = 6;

    private static final BigInteger NANOSECONDS_PER_SECOND = BigInteger.valueOf(1_000_000_000);

    /** Nanoseconds since 1970 for a time in units of this interface. */
    long nanoseconds(long units) {
        int exponent = resolution & 0x7F;
        BigInteger unitsPerSecond =
                (resolution & 0x80) == 0 ? BigInteger.TEN.pow(exponent) : BigInteger.ONE.shiftLeft(exponent);
        return new BigInteger(Long.toUnsignedString(units))
                .multiply(NANOSECONDS_PER_SECOND)
                .divide(unitsPerSecond)
                .add(BigInteger.valueOf(offsetSeconds).multiply(NANOSECONDS_PER_SECOND))
                .longValue();
    }
}

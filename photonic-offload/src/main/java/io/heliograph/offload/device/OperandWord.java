package io.heliograph.offload.device;

/**
 * How values sit in the words of a photonic device, as on LIGHTNING's bus: 16 bits a lane, little-endian, an 8-bit value in bits 14 to 7.
 *
 * <pre>
 *  15  14             7  6            0
 * +---+----------------+--------------+
 * | - |  value 0..255  |   ignored    |   one lane; lane 0 is the first sample in time
 * +---+----------------+--------------+
 * </pre>
 */
public final class OperandWord {

    /** Bytes of a lane. */
    public static final int LANE_BYTES = 2;

    /** The value is above these bits. */
    public static final int VALUE_SHIFT = 7;

    /** The largest value. */
    public static final int MAX_VALUE = 255;

    /** A weight index that is no word of the weight memory: the weight modulator is dark. */
    public static final int DARK = -1;

    private OperandWord() {}

    /** The code of a value. */
    public static short code(int value) {
        return (short) (value << VALUE_SHIFT);
    }

    /** The value of a code. */
    public static int value(int code) {
        return code >>> VALUE_SHIFT & MAX_VALUE;
    }
}

package io.heliograph.offload.optcam;

import io.heliograph.bindings.memory.NativeMemory;
import java.util.Arrays;

/**
 * What a rule asks of each bit of a key: 0, 1, or either (x). Bit 0 is the highest one of the key's first byte, so that fields read as on the wire.
 *
 * <p>Immutable; any thread.
 */
public final class TernaryPattern {

    /** The widest key, in bits. */
    public static final int MOST_BITS = 512;

    /** What {@link #bit} says of a bit that may be either. */
    public static final int EITHER = -1;

    private final int width;
    private final byte[] values;
    private final byte[] cares;

    private TernaryPattern(int width, byte[] values, byte[] cares) {
        this.width = width;
        this.values = values;
        this.cares = cares;
    }

    /**
     * A pattern that every key matches.
     *
     * @param width of the key in bits, 1 to {@link #MOST_BITS}
     */
    public static TernaryPattern any(int width) {
        if (width < 1 || width > MOST_BITS) {
            throw new IllegalArgumentException("no such key: width=" + width + "; it has 1 to " + MOST_BITS + " bits");
        }
        return new TernaryPattern(width, new byte[bytesOf(width)], new byte[bytesOf(width)]);
    }

    /**
     * Parses {@code 0}, {@code 1} and {@code x} or {@code X}, bit 0 first; underscores part groups.
     *
     * @throws IllegalArgumentException naming the column, from 1, of what is none of them
     */
    public static TernaryPattern parse(String text) {
        String bits = text.replace("_", "");
        for (int column = 0; column < text.length(); column++) {
            if ("01xX_".indexOf(text.charAt(column)) < 0) {
                throw new IllegalArgumentException(
                        "no ternary bit: column=" + (column + 1) + " character=" + text.charAt(column));
            }
        }
        TernaryPattern pattern = any(bits.length());
        for (int bit = 0; bit < bits.length(); bit++) {
            if (bits.charAt(bit) == '0' || bits.charAt(bit) == '1') {
                pattern.set(bit, bits.charAt(bit) - '0');
            }
        }
        return pattern;
    }

    private static int bytesOf(int width) {
        return (width + Byte.SIZE - 1) / Byte.SIZE;
    }

    private void set(int bit, long value) {
        int mask = 0x80 >>> bit % Byte.SIZE;
        cares[bit / Byte.SIZE] |= (byte) mask;
        values[bit / Byte.SIZE] &= (byte) ~mask;
        values[bit / Byte.SIZE] |= (byte) (value == 0 ? 0 : mask);
    }

    /** The same with a field that must have this value: {@code bits} bits from {@code first} on, the value's low ones. */
    public TernaryPattern withField(int first, int bits, long value) {
        return withMask(first, bits, value, -1L);
    }

    /** The same with a field whose first {@code length} bits must be those of the value. */
    public TernaryPattern withPrefix(int first, int bits, long value, int length) {
        return withMask(first, bits, value, length == 0 ? 0 : -1L << bits - length);
    }

    /**
     * The same with a field whose bits must be those of the value where the mask has ones. Bits without a one stay as they were.
     *
     * @param bits of the field, 1 to 64
     * @throws IllegalArgumentException if the field is not within the key
     */
    public TernaryPattern withMask(int first, int bits, long value, long mask) {
        if (first < 0 || bits < 1 || bits > Long.SIZE || first > width - bits) {
            throw new IllegalArgumentException(
                    "field is not in the key: first=" + first + " bits=" + bits + " width=" + width);
        }
        TernaryPattern changed = new TernaryPattern(width, values.clone(), cares.clone());
        for (int k = 0; k < bits; k++) {
            int shift = bits - 1 - k;
            if ((mask >>> shift & 1) != 0) {
                changed.set(first + k, value >>> shift & 1);
            }
        }
        return changed;
    }

    /** Bits of the key. */
    public int width() {
        return width;
    }

    /** 0, 1 or {@link #EITHER}. */
    public int bit(int bit) {
        int shift = Byte.SIZE - 1 - bit % Byte.SIZE;
        return (cares[bit / Byte.SIZE] >>> shift & 1) == 0 ? EITHER : values[bit / Byte.SIZE] >>> shift & 1;
    }

    /** How many bits must be 0 or 1. */
    public int cares() {
        int count = 0;
        for (byte mask : cares) {
            count += Integer.bitCount(mask & 0xFF);
        }
        return count;
    }

    /**
     * Whether a key matches.
     *
     * @param key address of as many bytes as the width takes
     */
    public boolean matches(long key) {
        for (int k = 0; k < values.length; k++) {
            if (((NativeMemory.getByte(key + k) ^ values[k]) & cares[k]) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Writes value and mask as pairs of 64-bit words in the key's own byte order, bits behind the width 0. */
    void writePairs(long to) {
        int words = (values.length + Long.BYTES - 1) / Long.BYTES;
        NativeMemory.fill(to, 2L * words * Long.BYTES, (byte) 0);
        for (int k = 0; k < values.length; k++) {
            long pair = to + 2L * (k / Long.BYTES) * Long.BYTES + k % Long.BYTES;
            NativeMemory.putByte(pair, values[k]);
            NativeMemory.putByte(pair + Long.BYTES, cares[k]);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TernaryPattern pattern
                && width == pattern.width
                && Arrays.equals(values, pattern.values)
                && Arrays.equals(cares, pattern.cares);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + Arrays.hashCode(values)) + Arrays.hashCode(cares);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < width; bit++) {
            int wanted = bit(bit);
            text.append(wanted == EITHER ? 'x' : (char) ('0' + wanted));
        }
        return text.toString();
    }
}

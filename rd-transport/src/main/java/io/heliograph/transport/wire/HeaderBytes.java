package io.heliograph.transport.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Checked big-endian access for the records; the cold path. */
final class HeaderBytes {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private HeaderBytes() {}

    /**
     * The part of {@code bytes} that a header takes.
     *
     * @throws IllegalArgumentException if it is not there whole
     */
    static MemorySegment slice(MemorySegment bytes, long offset, int length, String header) {
        if (offset < 0 || bytes.byteSize() - offset < length) {
            throw new IllegalArgumentException("truncated %s: offset=%d needsBytes=%d hasBytes=%d"
                    .formatted(header, offset, length, Math.max(0, bytes.byteSize() - offset)));
        }
        return bytes.asSlice(offset, length);
    }

    /**
     * Refuses a value that does not fit its field.
     *
     * @throws IllegalArgumentException if {@code value} is negative or takes more than {@code bits} bits
     */
    static void requireBits(String field, long value, int bits) {
        if (value >>> bits != 0) {
            throw new IllegalArgumentException(
                    "value does not fit its field: " + field + "=" + value + " bits=" + bits);
        }
    }

    static int getByte(MemorySegment header, long offset) {
        return header.get(ValueLayout.JAVA_BYTE, offset) & 0xFF;
    }

    static int getShort(MemorySegment header, long offset) {
        return header.get(SHORT, offset) & 0xFFFF;
    }

    static int getInt(MemorySegment header, long offset) {
        return header.get(INT, offset);
    }

    static long getLong(MemorySegment header, long offset) {
        return header.get(LONG, offset);
    }

    static void putByte(MemorySegment header, long offset, int value) {
        header.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
    }

    static void putShort(MemorySegment header, long offset, int value) {
        header.set(SHORT, offset, (short) value);
    }

    static void putInt(MemorySegment header, long offset, int value) {
        header.set(INT, offset, value);
    }

    static void putLong(MemorySegment header, long offset, long value) {
        header.set(LONG, offset, value);
    }
}

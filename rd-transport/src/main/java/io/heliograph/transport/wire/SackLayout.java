package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of a SACK are, and unchecked access to them by the address of the BTH.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+-----------------------------------------------+
 *  |   Reserved    |             Cumulative PSN (24)               |
 *  +---------------+---------------+-------------------------------+
 *  |      Offset (signed 16)       |      Reflected entropy        |
 *  +-------------------------------+-------------------------------+
 *  |                                                               |
 *  +                          Bitmap (64)                          +
 *  |                                                               |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Bit i of the bitmap, from the least significant, stands for PSN cumulative + offset + i. Source: PROTOCOL.md section 2.2.
 */
public final class SackLayout {
    /** From the BTH to this header. */
    public static final int OFFSET = IdentityLayout.CONTROL_OFFSET + IdentityLayout.LENGTH;
    /** Bytes of the header. */
    public static final int LENGTH = 16;

    static final int CUMULATIVE_PSN = 0;
    static final int BITMAP_OFFSET = 4;
    static final int REFLECTED_ENTROPY = 6;
    static final int BITMAP = 8;

    private SackLayout() {}

    /** The first PSN that is not received, 24 bits. */
    public static int cumulativePsn(long bth) {
        return NativeMemory.getIntBigEndian(bth + OFFSET + CUMULATIVE_PSN) & 0xFF_FFFF;
    }

    /** From the cumulative PSN to that of bit 0, -32,768 to 32,767. */
    public static int bitmapOffset(long bth) {
        return NativeMemory.getShortBigEndian(bth + OFFSET + BITMAP_OFFSET);
    }

    /** The UDP source port of the packet that caused this. */
    public static int reflectedEntropy(long bth) {
        return NativeMemory.getUnsignedShortBigEndian(bth + OFFSET + REFLECTED_ENTROPY);
    }

    /** What is received of 64 PSNs. */
    public static long bitmap(long bth) {
        return NativeMemory.getLongBigEndian(bth + OFFSET + BITMAP);
    }

    /** Writes the whole header. */
    public static void put(long bth, int cumulativePsn, int bitmapOffset, int reflectedEntropy, long bitmap) {
        NativeMemory.putIntBigEndian(bth + OFFSET + CUMULATIVE_PSN, cumulativePsn & 0xFF_FFFF);
        NativeMemory.putIntBigEndian(bth + OFFSET + BITMAP_OFFSET, bitmapOffset << 16 | (reflectedEntropy & 0xFFFF));
        NativeMemory.putLongBigEndian(bth + OFFSET + BITMAP, bitmap);
    }
}

package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of the RDMA extended transport header of a data packet are, and unchecked access to them by the address of the BTH.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                                                               |
 *  +                     Virtual address (64)                      +
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                          Key (32)                             |
 *  +---------------------------------------------------------------+
 *  |            DMA length: payload bytes of this packet           |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Source: IBTA 1.4 section 9.3.3; PROTOCOL.md section 2.1.
 */
public final class RethLayout {
    /** From the BTH to this header. */
    public static final int OFFSET = IdentityLayout.DATA_OFFSET + IdentityLayout.LENGTH;
    /** Bytes of the header. */
    public static final int LENGTH = 16;

    static final int VIRTUAL_ADDRESS = 0;
    static final int KEY = 8;
    static final int DMA_LENGTH = 12;

    private RethLayout() {}

    /** Where the payload goes; in a VOID packet, the horizon (R5.3). */
    public static long virtualAddress(long bth) {
        return NativeMemory.getLongBigEndian(bth + OFFSET + VIRTUAL_ADDRESS);
    }

    /** The key of the region. */
    public static int key(long bth) {
        return NativeMemory.getIntBigEndian(bth + OFFSET + KEY);
    }

    /** Payload bytes, 32 bits unsigned; after {@link FrameCheck} it fits the frame. */
    public static int dmaLength(long bth) {
        return NativeMemory.getIntBigEndian(bth + OFFSET + DMA_LENGTH);
    }

    /** Writes the whole header. */
    public static void put(long bth, long virtualAddress, int key, int dmaLength) {
        NativeMemory.putLongBigEndian(bth + OFFSET + VIRTUAL_ADDRESS, virtualAddress);
        NativeMemory.putIntBigEndian(bth + OFFSET + KEY, key);
        NativeMemory.putIntBigEndian(bth + OFFSET + DMA_LENGTH, dmaLength);
    }
}

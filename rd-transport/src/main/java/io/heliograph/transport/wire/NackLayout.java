package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of a NACK are, and unchecked access to them by the address of the BTH.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+-------------------------------+
 *  |    Reason     |   Reserved    |      Reflected entropy        |
 *  +---------------+---------------+-------------------------------+
 *  |              Message sequence number, MSN (32)                |
 *  +---------------------------------------------------------------+
 *  |                       Information (32)                        |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Source: PROTOCOL.md section 2.2.
 */
public final class NackLayout {
    /** From the BTH to this header. */
    public static final int OFFSET = IdentityLayout.CONTROL_OFFSET + IdentityLayout.LENGTH;
    /** Bytes of the header. */
    public static final int LENGTH = 12;

    static final int REASON = 0;
    static final int REFLECTED_ENTROPY = 2;
    static final int MSN = 4;
    static final int INFORMATION = 8;

    private NackLayout() {}

    /** Why: a code of {@link NackReason} or one unknown. */
    public static int reason(long bth) {
        return NativeMemory.getUnsignedByte(bth + OFFSET + REASON);
    }

    /** The UDP source port of the packet that is refused. */
    public static int reflectedEntropy(long bth) {
        return NativeMemory.getUnsignedShortBigEndian(bth + OFFSET + REFLECTED_ENTROPY);
    }

    /** The message of the packet that is refused. */
    public static int msn(long bth) {
        return NativeMemory.getIntBigEndian(bth + OFFSET + MSN);
    }

    /** What it means depends on the reason. */
    public static int information(long bth) {
        return NativeMemory.getIntBigEndian(bth + OFFSET + INFORMATION);
    }

    /** Writes the whole header. */
    public static void put(long bth, int reason, int reflectedEntropy, int msn, int information) {
        NativeMemory.putIntBigEndian(bth + OFFSET + REASON, reason << 24 | (reflectedEntropy & 0xFFFF));
        NativeMemory.putIntBigEndian(bth + OFFSET + MSN, msn);
        NativeMemory.putIntBigEndian(bth + OFFSET + INFORMATION, information);
    }
}

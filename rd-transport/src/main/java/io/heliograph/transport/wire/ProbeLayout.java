package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of a probe are, and unchecked access to them by the address of the BTH.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+-----------------------------------------------+
 *  |  1 = answer   |                   Reserved                    |
 *  +---------------+-----------------------------------------------+
 *  |                          Nonce (32)                           |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Source: PROTOCOL.md section 2.2.
 */
public final class ProbeLayout {
    /** From the BTH to this header. */
    public static final int OFFSET = IdentityLayout.CONTROL_OFFSET + IdentityLayout.LENGTH;
    /** Bytes of the header. */
    public static final int LENGTH = 8;

    static final int ANSWER = 0;
    static final int NONCE = 4;

    private ProbeLayout() {}

    /** Whether this answers a probe. */
    public static boolean isAnswer(long bth) {
        return NativeMemory.getByte(bth + OFFSET + ANSWER) == 1;
    }

    /** What an answer repeats. */
    public static int nonce(long bth) {
        return NativeMemory.getIntBigEndian(bth + OFFSET + NONCE);
    }

    /** Writes the whole header. */
    public static void put(long bth, boolean answer, int nonce) {
        NativeMemory.putIntBigEndian(bth + OFFSET + ANSWER, answer ? 1 << 24 : 0);
        NativeMemory.putIntBigEndian(bth + OFFSET + NONCE, nonce);
    }
}

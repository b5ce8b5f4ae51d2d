package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the immediate of a data packet with opcode 0x4B is, and unchecked access to it by the address of the BTH.
 *
 * <pre>
 *  +---------------------------------------------------------------+
 *  |                        Immediate (32)                         |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Source: IBTA 1.4 section 9.3.6; PROTOCOL.md section 2.1.
 */
public final class ImmDtLayout {
    /** From the BTH to this header. */
    public static final int OFFSET = RethLayout.OFFSET + RethLayout.LENGTH;
    /** Bytes of the header. */
    public static final int LENGTH = 4;

    private ImmDtLayout() {}

    /** The immediate. */
    public static int immediate(long bth) {
        return NativeMemory.getIntBigEndian(bth + OFFSET);
    }

    /** Writes the immediate. */
    public static void put(long bth, int immediate) {
        NativeMemory.putIntBigEndian(bth + OFFSET, immediate);
    }
}

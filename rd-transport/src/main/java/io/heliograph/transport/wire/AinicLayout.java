package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of the AINIC header of a data packet are, and unchecked access to them by the address of the BTH.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+-----------------------------------------------+
 *  |     Flags     |            Message packets N (24)             |
 *  +---------------+-----------------------------------------------+
 *  |              Message sequence number, MSN (32)                |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>It lies where stock tools skip eight bytes of a Mellanox DC header. Source: PROTOCOL.md section 2.1.
 */
public final class AinicLayout {
    /** From the BTH to this header. */
    public static final int OFFSET = BthLayout.LENGTH;
    /** Bytes of the header. */
    public static final int LENGTH = 8;

    /** The message's immediate waits for earlier messages (R5.2). */
    public static final int FENCED = 0x01;
    /** The packet only fills its place: no payload, no memory touched (R8.3). */
    public static final int VOID = 0x02;
    /** Sent before; for observers. */
    public static final int RETRANSMITTED = 0x04;
    /** Flags that have no meaning and must be 0. */
    public static final int RESERVED_FLAGS = 0xFF & ~(FENCED | VOID | RETRANSMITTED);
    /** The most packets of a message. */
    public static final int MAX_MESSAGE_PACKETS = 0xFF_FFFF;

    static final int FLAGS = 0;
    static final int MSN = 4;

    private AinicLayout() {}

    /** Flags, 8 bits. */
    public static int flags(long bth) {
        return NativeMemory.getUnsignedByte(bth + OFFSET + FLAGS);
    }

    /** Whether the packet is VOID. */
    public static boolean isVoid(long bth) {
        return (flags(bth) & VOID) != 0;
    }

    /** Packets of the message, 24 bits. */
    public static int messagePackets(long bth) {
        return NativeMemory.getIntBigEndian(bth + OFFSET + FLAGS) & MAX_MESSAGE_PACKETS;
    }

    /** Message sequence number, 32 bits. */
    public static int msn(long bth) {
        return NativeMemory.getIntBigEndian(bth + OFFSET + MSN);
    }

    /** Writes the whole header. */
    public static void put(long bth, int flags, int messagePackets, int msn) {
        NativeMemory.putIntBigEndian(bth + OFFSET + FLAGS, flags << 24 | (messagePackets & MAX_MESSAGE_PACKETS));
        NativeMemory.putIntBigEndian(bth + OFFSET + MSN, msn);
    }
}

package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of the base transport header are, and unchecked access to them by its address.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+-+-+---+-------+-------------------------------+
 *  |    OpCode     |S|M|Pad| TVer  |            P_Key              |
 *  +---------------+-+-+---+-------+-------------------------------+
 *  |   Reserved    |  Destination engine (8) | Destination queue(16)|
 *  +-+-------------+-----------------------------------------------+
 *  |A|  Reserved   |                     PSN                       |
 *  +-+-------------+-----------------------------------------------+
 * </pre>
 *
 * <p>Engine and queue together are the DestQP, 24 bits: see {@link QueuePair}. Source: IBTA 1.4 section 9.2; PROTOCOL.md section 2.1.
 */
public final class BthLayout {
    /** Bytes of the header. */
    public static final int LENGTH = 12;

    /** The P_Key of every packet sent: the default partition, full member. */
    public static final int DEFAULT_P_KEY = 0xFFFF;

    static final int OPCODE = 0;
    static final int PAD_AND_VERSION = 1;
    static final int P_KEY = 2;
    static final int DESTINATION_QP = 4;
    static final int PSN = 8;

    private static final int ACKNOWLEDGE = 0x8000_0000;
    private static final int MASK_24 = 0xFF_FFFF;

    private BthLayout() {}

    /** What the packet is: a code of {@link Opcode}. */
    public static int opcode(long bth) {
        return NativeMemory.getUnsignedByte(bth + OPCODE);
    }

    /** Pad bytes behind the payload, 0 to 3. */
    public static int pad(long bth) {
        return NativeMemory.getByte(bth + PAD_AND_VERSION) >> 4 & 3;
    }

    /** The version of the transport header. */
    public static int version(long bth) {
        return NativeMemory.getByte(bth + PAD_AND_VERSION) & 0xF;
    }

    /** DestQP: engine in bits 16 to 23, queue in bits 0 to 15. */
    public static int destinationQp(long bth) {
        return NativeMemory.getIntBigEndian(bth + DESTINATION_QP) & MASK_24;
    }

    /** Whether an acknowledgement is wanted at once (R6.4). */
    public static boolean acknowledge(long bth) {
        return NativeMemory.getByte(bth + PSN) < 0;
    }

    /** The packet sequence number, 24 bits. */
    public static int psn(long bth) {
        return NativeMemory.getIntBigEndian(bth + PSN) & MASK_24;
    }

    /**
     * Writes the whole header, version 0.
     *
     * @param destinationQp 24 bits, others are ignored
     * @param psn 24 bits, others are ignored
     */
    public static void put(long bth, int opcode, int pad, int destinationQp, boolean acknowledge, int psn) {
        NativeMemory.putIntBigEndian(bth + OPCODE, opcode << 24 | pad << 20 | DEFAULT_P_KEY);
        NativeMemory.putIntBigEndian(bth + DESTINATION_QP, destinationQp & MASK_24);
        NativeMemory.putIntBigEndian(bth + PSN, (psn & MASK_24) | (acknowledge ? ACKNOWLEDGE : 0));
    }
}

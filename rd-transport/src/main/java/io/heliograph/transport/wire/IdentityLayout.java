package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where it says who talks to whom: RDETH and DETH of a data packet, and the same twelve bytes of a control packet.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                  Destination incarnation (32)                 |  RDETH
 *  +---------------------------------------------------------------+
 *  |                    Source incarnation (32)                    |  DETH: Q_Key
 *  +---------------+---------------+-------------------------------+
 *  |   Reserved    | Source engine |         Source queue          |  DETH: SrcQP
 *  +---------------+---------------+-------------------------------+
 * </pre>
 *
 * <p>Accessors take the address that {@link #ofData}, {@link #ofControl} or {@link FrameCheck#identityAddress} gives. Source: PROTOCOL.md
 * sections 2.1 and 2.2.
 */
public final class IdentityLayout {
    /** From the BTH of a data packet to these bytes. */
    public static final int DATA_OFFSET = AinicLayout.OFFSET + AinicLayout.LENGTH;
    /** From the BTH of a control packet to these bytes. */
    public static final int CONTROL_OFFSET = BthLayout.LENGTH;
    /** Bytes of RDETH and DETH. */
    public static final int LENGTH = 12;

    static final int DESTINATION_INCARNATION = 0;
    static final int SOURCE_INCARNATION = 4;
    static final int SOURCE_QP = 8;

    private IdentityLayout() {}

    /** The address of these bytes in the data packet whose BTH is at {@code bth}. */
    public static long ofData(long bth) {
        return bth + DATA_OFFSET;
    }

    /** The address of these bytes in the control packet whose BTH is at {@code bth}. */
    public static long ofControl(long bth) {
        return bth + CONTROL_OFFSET;
    }

    /** What the sender takes for the receiver's incarnation, 0 if it knows none. */
    public static int destinationIncarnation(long identity) {
        return NativeMemory.getIntBigEndian(identity + DESTINATION_INCARNATION);
    }

    /** The sender's incarnation. */
    public static int sourceIncarnation(long identity) {
        return NativeMemory.getIntBigEndian(identity + SOURCE_INCARNATION);
    }

    /** SrcQP, see {@link QueuePair}. */
    public static int sourceQp(long identity) {
        return NativeMemory.getIntBigEndian(identity + SOURCE_QP) & 0xFF_FFFF;
    }

    /** Writes all twelve bytes. */
    public static void put(long identity, int destinationIncarnation, int sourceIncarnation, int sourceQp) {
        NativeMemory.putIntBigEndian(identity + DESTINATION_INCARNATION, destinationIncarnation);
        NativeMemory.putIntBigEndian(identity + SOURCE_INCARNATION, sourceIncarnation);
        NativeMemory.putIntBigEndian(identity + SOURCE_QP, sourceQp & 0xFF_FFFF);
    }
}

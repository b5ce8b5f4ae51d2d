package io.heliograph.transport.port;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * A frame as all ports hand it around: the address of a header whose first fields are those of DPDK's {@code rte_mbuf}, so that a
 * DPDK frame needs no translation and other ports lay theirs out alike.
 *
 * <pre>
 *  0  buffer address (64)      where the frame's buffer starts, in this process
 * 16  data offset (16)         from there to the first byte of the Ethernet header
 * 36  packet length (32)       bytes from the Ethernet header on, without FCS
 * 40  data length (16)         the same in this buffer; frames in more than one buffer do not leave a port
 * 54  buffer length (16)       bytes of the whole buffer
 * </pre>
 *
 * <p>Source: {@code rte_mbuf_core.h} of DPDK 22.11 to 25.11; native-bindings refuses a library whose layout differs. A frame
 * belongs to whoever took it from the port until it is sent or released. Nothing here checks anything.
 */
public final class Frame {
    /** Bytes of the header that a port which is not DPDK lays out (an {@code rte_mbuf} is two of these lines). */
    public static final int HEADER_BYTES = 64;

    private static final int BUFFER_ADDRESS = 0;
    private static final int DATA_OFFSET = 16;
    private static final int PACKET_LENGTH = 36;
    private static final int DATA_LENGTH = 40;
    private static final int BUFFER_LENGTH = 54;

    private Frame() {}

    /** Address of the first byte of the Ethernet header. */
    public static long dataAddress(final long frame) {
        return NativeMemory.getLong(frame + BUFFER_ADDRESS) + (NativeMemory.getShort(frame + DATA_OFFSET) & 0xffff);
    }

    /** Bytes from the Ethernet header to the end, without FCS. */
    public static int lengthBytes(final long frame) {
        return NativeMemory.getShort(frame + DATA_LENGTH) & 0xffff;
    }

    /** Sets the bytes from the Ethernet header to the end; the caller stays within {@link #roomBytes}. */
    public static void lengthBytes(final long frame, final int lengthBytes) {
        NativeMemory.putShort(frame + DATA_LENGTH, (short) lengthBytes);
        NativeMemory.putInt(frame + PACKET_LENGTH, lengthBytes);
    }

    /** The most bytes that the frame can hold from its data address on. */
    public static int roomBytes(final long frame) {
        return (NativeMemory.getShort(frame + BUFFER_LENGTH) & 0xffff)
                - (NativeMemory.getShort(frame + DATA_OFFSET) & 0xffff);
    }

    /**
     * Moves the data address, towards the buffer's start if negative; bytes and length stay. A wrapper that makes room for headers of its own
     * moves it back before the port within sees the frame again.
     */
    public static void moveDataAddress(final long frame, final int bytes) {
        NativeMemory.putShort(frame + DATA_OFFSET, (short) (NativeMemory.getShort(frame + DATA_OFFSET) + bytes));
    }

    /** Lays out the header of a frame that is not DPDK's, empty. */
    public static void format(
            final long frame, final long bufferAddress, final int bufferLengthBytes, final int dataOffsetBytes) {
        NativeMemory.putLong(frame + BUFFER_ADDRESS, bufferAddress);
        NativeMemory.putShort(frame + DATA_OFFSET, (short) dataOffsetBytes);
        NativeMemory.putShort(frame + BUFFER_LENGTH, (short) bufferLengthBytes);
        lengthBytes(frame, 0);
    }
}

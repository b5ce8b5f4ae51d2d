package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of a UDP header are, and unchecked access to them by the header's address.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  |     Source port = entropy     |   Destination port = 4791     |
 *  +-------------------------------+-------------------------------+
 *  |            Length             |           Checksum            |
 *  +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>Source: RFC 768; destination port: IBTA annex A17.
 */
public final class UdpLayout {
    /** Bytes of the header. */
    public static final int LENGTH = 8;

    /** The port that IANA assigned to RoCEv2. */
    public static final int ROCE_V2_PORT = 4791;

    static final int SOURCE_PORT = 0;
    static final int DESTINATION_PORT = 2;
    static final int BYTES = 4;
    static final int CHECKSUM = 6;

    private UdpLayout() {}

    /** The entropy. */
    public static int sourcePort(long udp) {
        return NativeMemory.getUnsignedShortBigEndian(udp + SOURCE_PORT);
    }

    /** The receiver's port. */
    public static int destinationPort(long udp) {
        return NativeMemory.getUnsignedShortBigEndian(udp + DESTINATION_PORT);
    }

    /** Bytes of header and payload. */
    public static int lengthBytes(long udp) {
        return NativeMemory.getUnsignedShortBigEndian(udp + BYTES);
    }

    static void putSourcePort(long udp, int value) {
        NativeMemory.putShortBigEndian(udp + SOURCE_PORT, (short) value);
    }

    static void putDestinationPort(long udp, int value) {
        NativeMemory.putShortBigEndian(udp + DESTINATION_PORT, (short) value);
    }

    static void putLengthBytes(long udp, int value) {
        NativeMemory.putShortBigEndian(udp + BYTES, (short) value);
    }

    static void putChecksum(long udp, int value) {
        NativeMemory.putShortBigEndian(udp + CHECKSUM, (short) value);
    }
}

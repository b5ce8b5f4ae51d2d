package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of an IPv4 header without options are, and unchecked access to them by the header's address.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------+-------+---------------+-------------------------------+
 *  |Version|  IHL  |Type of service|         Total length          |
 *  +-------+-------+---------------+-----+-------------------------+
 *  |        Identification         |Flags|     Fragment offset     |
 *  +---------------+---------------+-----+-------------------------+
 *  | Time to live  |   Protocol    |        Header checksum        |
 *  +---------------+---------------+-------------------------------+
 *  |                        Source address                         |
 *  +---------------------------------------------------------------+
 *  |                      Destination address                      |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Source: RFC 791 section 3.1.
 */
public final class Ipv4Layout {
    /** Bytes of the header without options. */
    public static final int LENGTH = 20;

    /** Protocol number of UDP, also IPv6's next header. */
    public static final int PROTOCOL_UDP = 17;
    /** Flag "don't fragment" in the 16 bits of flags and fragment offset. */
    public static final int DONT_FRAGMENT = 0x4000;

    static final int VERSION_AND_LENGTH = 0;
    static final int TYPE_OF_SERVICE = 1;
    static final int TOTAL_LENGTH = 2;
    static final int IDENTIFICATION = 4;
    static final int FRAGMENT = 6;
    static final int TIME_TO_LIVE = 8;
    static final int PROTOCOL = 9;
    static final int CHECKSUM = 10;
    static final int SOURCE = 12;
    static final int DESTINATION = 16;

    /** "More fragments" and the fragment offset: a packet is whole if all of them are 0. */
    static final int FRAGMENT_MASK = 0x3FFF;

    private Ipv4Layout() {}

    /** 4. */
    public static int version(long ip) {
        return NativeMemory.getUnsignedByte(ip + VERSION_AND_LENGTH) >>> 4;
    }

    /** Bytes of the header, options included: 0 to 60 as the field says, 20 to 60 if it is right. */
    public static int headerLength(long ip) {
        return (NativeMemory.getUnsignedByte(ip + VERSION_AND_LENGTH) & 0xF) * 4;
    }

    /** Bytes of header and payload. */
    public static int totalLength(long ip) {
        return NativeMemory.getUnsignedShortBigEndian(ip + TOTAL_LENGTH);
    }

    /** DSCP and ECN. */
    public static int typeOfService(long ip) {
        return NativeMemory.getUnsignedByte(ip + TYPE_OF_SERVICE);
    }

    /** Whether this is a part of a packet. */
    public static boolean isFragment(long ip) {
        return (NativeMemory.getShortBigEndian(ip + FRAGMENT) & FRAGMENT_MASK) != 0;
    }

    /** The protocol of the payload. */
    public static int protocol(long ip) {
        return NativeMemory.getUnsignedByte(ip + PROTOCOL);
    }

    /** The sender. */
    public static int source(long ip) {
        return NativeMemory.getIntBigEndian(ip + SOURCE);
    }

    /** The receiver. */
    public static int destination(long ip) {
        return NativeMemory.getIntBigEndian(ip + DESTINATION);
    }

    static void putTypeOfService(long ip, int value) {
        NativeMemory.putByte(ip + TYPE_OF_SERVICE, (byte) value);
    }

    static int checksum(long ip) {
        return NativeMemory.getUnsignedShortBigEndian(ip + CHECKSUM);
    }

    static void putTotalLength(long ip, int value) {
        NativeMemory.putShortBigEndian(ip + TOTAL_LENGTH, (short) value);
    }

    static void putIdentification(long ip, int value) {
        NativeMemory.putShortBigEndian(ip + IDENTIFICATION, (short) value);
    }

    static void putChecksum(long ip, int value) {
        NativeMemory.putShortBigEndian(ip + CHECKSUM, (short) value);
    }
}

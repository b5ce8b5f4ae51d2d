package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of an IPv6 header are, and unchecked access to them by the header's address.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------+---------------+---------------------------------------+
 *  |Version| Traffic class |              Flow label               |
 *  +-------+---------------+-------+---------------+---------------+
 *  |        Payload length         |  Next header  |   Hop limit   |
 *  +-------------------------------+---------------+---------------+
 *  |                     Source address (128)                      |
 *  +---------------------------------------------------------------+
 *  |                   Destination address (128)                   |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Source: RFC 8200 section 3.
 */
public final class Ipv6Layout {
    /** Bytes of the header. */
    public static final int LENGTH = 40;

    /** Next header of ICMPv6 (RFC 4443), which carries neighbour discovery. */
    public static final int NEXT_ICMP = 58;

    static final int VERSION_CLASS_FLOW = 0;
    static final int PAYLOAD_LENGTH = 4;
    static final int NEXT_HEADER = 6;
    static final int HOP_LIMIT = 7;
    static final int SOURCE = 8;
    static final int DESTINATION = 24;

    private static final int NEXT_HOP_BY_HOP = 0;
    private static final int NEXT_ROUTING = 43;
    private static final int NEXT_FRAGMENT = 44;
    private static final int NEXT_AUTHENTICATION = 51;
    private static final int NEXT_DESTINATION_OPTIONS = 60;

    private Ipv6Layout() {}

    /** 6. */
    public static int version(long ip) {
        return NativeMemory.getUnsignedByte(ip + VERSION_CLASS_FLOW) >>> 4;
    }

    /** Bytes behind the header. */
    public static int payloadLength(long ip) {
        return NativeMemory.getUnsignedShortBigEndian(ip + PAYLOAD_LENGTH);
    }

    /** What follows: {@link Ipv4Layout#PROTOCOL_UDP} or another. */
    public static int nextHeader(long ip) {
        return NativeMemory.getUnsignedByte(ip + NEXT_HEADER);
    }

    /** The first eight bytes of the sender. */
    public static long sourceHigh(long ip) {
        return NativeMemory.getLongBigEndian(ip + SOURCE);
    }

    /** The last eight bytes of the sender. */
    public static long sourceLow(long ip) {
        return NativeMemory.getLongBigEndian(ip + SOURCE + 8);
    }

    /** The first eight bytes of the receiver. */
    public static long destinationHigh(long ip) {
        return NativeMemory.getLongBigEndian(ip + DESTINATION);
    }

    /** The last eight bytes of the receiver. */
    public static long destinationLow(long ip) {
        return NativeMemory.getLongBigEndian(ip + DESTINATION + 8);
    }

    /** The 8 bits of DSCP and ECN. */
    public static int trafficClass(long ip) {
        return NativeMemory.getUnsignedShortBigEndian(ip + VERSION_CLASS_FLOW) >>> 4 & 0xFF;
    }

    /** Sets the 8 bits of DSCP and ECN, and the first four of the flow label to 0. */
    static void putTrafficClass(long ip, int value) {
        NativeMemory.putShortBigEndian(ip + VERSION_CLASS_FLOW, (short) (6 << 12 | value << 4));
    }

    static void putPayloadLength(long ip, int value) {
        NativeMemory.putShortBigEndian(ip + PAYLOAD_LENGTH, (short) value);
    }

    static boolean isFragment(int nextHeader) {
        return nextHeader == NEXT_FRAGMENT;
    }

    /** Whether an extension header follows that is not a fragment's (RFC 8200 section 4). */
    static boolean isExtension(int nextHeader) {
        return nextHeader == NEXT_HOP_BY_HOP
                || nextHeader == NEXT_ROUTING
                || nextHeader == NEXT_AUTHENTICATION
                || nextHeader == NEXT_DESTINATION_OPTIONS;
    }
}

package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of an Ethernet II header are, and unchecked access to them by the header's address.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                      Destination address                      |
 *  +                               +-------------------------------+
 *  |                               |                               |
 *  +-------------------------------+        Source address         +
 *  |                                                               |
 *  +-------------------------------+-------------------------------+
 *  |           EtherType           |
 *  +-------------------------------+
 * </pre>
 *
 * <p>Source: IEEE 802.3-2018 section 3.2.6. Addresses are the low 48 bits of a word, as in {@code MacAddress}.
 */
public final class EthernetLayout {
    /** Bytes of the header. */
    public static final int LENGTH = 14;

    /** EtherType of IPv4. */
    public static final int TYPE_IPV4 = 0x0800;
    /** EtherType of ARP. */
    public static final int TYPE_ARP = 0x0806;
    /** EtherType of an 802.1Q tag. */
    public static final int TYPE_VLAN = 0x8100;
    /** EtherType of IPv6. */
    public static final int TYPE_IPV6 = 0x86DD;
    /** EtherType of MAC control frames, such as pauses. */
    public static final int TYPE_MAC_CONTROL = 0x8808;
    /** EtherType of RoCEv1, which this protocol does not speak. */
    public static final int TYPE_ROCE_V1 = 0x8915;

    static final int DESTINATION = 0;
    static final int SOURCE = 6;
    static final int TYPE = 12;

    private EthernetLayout() {}

    /** The receiver's address. */
    public static long destination(long ethernet) {
        return NativeMemory.getLongBigEndian(ethernet + DESTINATION) >>> 16;
    }

    /** The sender's address. */
    public static long source(long ethernet) {
        // Two bytes early and masked, not eight bytes at its own offset, so that nothing behind the header is read.
        return NativeMemory.getLongBigEndian(ethernet + SOURCE - 2) & 0xFFFF_FFFF_FFFFL;
    }

    /** What follows, such as {@link #TYPE_IPV4}. */
    public static int type(long ethernet) {
        return NativeMemory.getUnsignedShortBigEndian(ethernet + TYPE);
    }

    /** Writes the whole header. */
    public static void put(long ethernet, long destination, long source, int type) {
        NativeMemory.putLongBigEndian(ethernet + DESTINATION, destination << 16 | source >>> 32);
        NativeMemory.putIntBigEndian(ethernet + SOURCE + 2, (int) source);
        NativeMemory.putShortBigEndian(ethernet + TYPE, (short) type);
    }
}

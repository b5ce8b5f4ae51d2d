package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of an 802.1Q tag are, behind EtherType 0x8100; tags are understood, not sent.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-----+-+-----------------------+-------------------------------+
 *  | PCP |D|        VLAN ID        |       EtherType inside        |
 *  +-----+-+-----------------------+-------------------------------+
 * </pre>
 *
 * <p>Source: IEEE 802.1Q-2018 section 9.6. D is the drop eligible indicator.
 */
public final class VlanLayout {
    /** Bytes of the tag, from behind the outer EtherType to the inner one's end. */
    public static final int LENGTH = 4;

    static final int CONTROL = 0;
    static final int TYPE = 2;

    private VlanLayout() {}

    /** Priority, drop eligibility and VLAN ID, 16 bits. */
    public static int control(long tag) {
        return NativeMemory.getUnsignedShortBigEndian(tag + CONTROL);
    }

    /** What follows the tag. */
    public static int type(long tag) {
        return NativeMemory.getUnsignedShortBigEndian(tag + TYPE);
    }
}

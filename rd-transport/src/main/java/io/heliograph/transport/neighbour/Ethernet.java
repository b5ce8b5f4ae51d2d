package io.heliograph.transport.neighbour;

import io.heliograph.bindings.memory.NativeMemory;

/** Ethernet addresses within messages, as the low 48 bits of a word; the header in front of them is {@code EthernetLayout}'s. */
final class Ethernet {
    static final long BROADCAST = 0xffff_ffff_ffffL;

    private static final long GROUP_BIT = 1L << 40;

    private Ethernet() {}

    /** Whether {@code mac} can be one station's address: neither zero nor a group. */
    static boolean isStation(long mac) {
        return mac != 0 && (mac & GROUP_BIT) == 0;
    }

    static long mac(long address) {
        return (long) NativeMemory.getUnsignedShortBigEndian(address) << 32
                | Integer.toUnsignedLong(NativeMemory.getIntBigEndian(address + 2));
    }

    static void mac(long address, long mac) {
        NativeMemory.putShortBigEndian(address, (short) (mac >>> 32));
        NativeMemory.putIntBigEndian(address + 2, (int) mac);
    }
}

package io.heliograph.transport.neighbour;

import io.heliograph.bindings.memory.NativeMemory;

/** The Ethernet header: destination (48), source (48), type (16). */
final class Ethernet {
    static final int HEADER_BYTES = 14;
    static final int ETHER_TYPE_IPV6 = 0x86dd;
    static final long BROADCAST = 0xffff_ffff_ffffL;

    private static final int SOURCE = 6;
    private static final int TYPE = 12;
    private static final long GROUP_BIT = 1L << 40;

    private Ethernet() {}

    static long destination(long data) {
        return mac(data);
    }

    static long source(long data) {
        return mac(data + SOURCE);
    }

    static int type(long data) {
        return NativeMemory.getUnsignedShortBigEndian(data + TYPE);
    }

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

    static void write(long data, long destinationMac, long sourceMac, int type) {
        mac(data, destinationMac);
        mac(data + SOURCE, sourceMac);
        NativeMemory.putShortBigEndian(data + TYPE, (short) type);
    }
}

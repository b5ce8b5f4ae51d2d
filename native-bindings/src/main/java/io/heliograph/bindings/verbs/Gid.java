package io.heliograph.bindings.verbs;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * A global identifier: an IPv6 address, or an IPv4 one mapped into IPv6, where the port speaks RoCE v2 (InfiniBand annex A17).
 *
 * @param high the first eight bytes, the first one highest
 * @param low the others
 */
public record Gid(long high, long low) {
    private static final ValueLayout.OfLong BIG_ENDIAN =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long IPV4_PREFIX = 0xffffL;

    /** An IPv4 address as RoCE v2 has it. */
    public static Gid ofIpv4(int address) {
        return new Gid(0, IPV4_PREFIX << 32 | Integer.toUnsignedLong(address));
    }

    static Gid read(MemorySegment gid) {
        return new Gid(gid.get(BIG_ENDIAN, 0), gid.get(BIG_ENDIAN, Long.BYTES));
    }

    void write(MemorySegment gid) {
        gid.set(BIG_ENDIAN, 0, high);
        gid.set(BIG_ENDIAN, Long.BYTES, low);
    }

    /** Whether it is an IPv4 address, mapped. */
    public boolean isIpv4() {
        return high == 0 && low >>> 32 == IPV4_PREFIX;
    }

    /** Whether it is an IPv6 address that means nothing beyond its link (RFC 4291 section 2.5.6). */
    public boolean isLinkLocal() {
        return high >>> 54 == 0xfe80 >>> 6;
    }

    /** {@code ::ffff:192.168.77.1}, or eight groups of hexadecimal digits. */
    @Override
    public String toString() {
        if (isIpv4()) {
            return "::ffff:" + (low >>> 24 & 0xff) + "." + (low >>> 16 & 0xff) + "." + (low >>> 8 & 0xff) + "."
                    + (low & 0xff);
        }
        HexFormat hex = HexFormat.of();
        return (hex.toHexDigits(high) + hex.toHexDigits(low)).replaceAll("(.{4})(?=.)", "$1:");
    }
}

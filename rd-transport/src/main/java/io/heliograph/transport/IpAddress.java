package io.heliograph.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IPv4 or IPv6 address as two words, IPv4 mapped as {@code ::ffff:a.b.c.d} (RFC 4291 section 2.5.5.2), so that the hot path
 * compares two longs.
 *
 * @param high the first eight bytes, big-endian
 * @param low the last eight bytes, big-endian
 */
public record IpAddress(long high, long low) {
    private static final long IPV4_MAPPED_PREFIX = 0x0000_ffff_0000_0000L;

    /** The address a.b.c.d given as 32 bits. */
    public static IpAddress ofIpv4(final int address) {
        return new IpAddress(0, ipv4MappedLow(address));
    }

    /** The low word of an IPv4-mapped address, for the hot path; the high word is 0. */
    public static long ipv4MappedLow(final int address) {
        return IPV4_MAPPED_PREFIX | Integer.toUnsignedLong(address);
    }

    /**
     * Parses a literal address; names are not looked up.
     *
     * @throws IllegalArgumentException if {@code text} is not a literal IPv4 or IPv6 address
     */
    public static IpAddress parse(final String text) {
        final byte[] bytes;
        try {
            bytes = InetAddress.ofLiteral(text).getAddress();
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "not an IP address: text=" + text + "; give a literal such as 10.0.0.1 or fd00::1", e);
        }
        return bytes.length == 4
                ? ofIpv4((int) bigEndian(bytes, 0, 4))
                : new IpAddress(bigEndian(bytes, 0, 8), bigEndian(bytes, 8, 8));
    }

    /** Whether this is an IPv4 address. */
    public boolean isIpv4() {
        return high == 0 && (low & 0xffff_ffff_0000_0000L) == IPV4_MAPPED_PREFIX;
    }

    /** The 32 bits of an IPv4 address; meaningless for IPv6. */
    public int ipv4() {
        return (int) low;
    }

    private static long bigEndian(final byte[] bytes, final int offset, final int length) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = value << 8 | (bytes[offset + i] & 0xff);
        }
        return value;
    }

    @Override
    public String toString() {
        if (isIpv4()) {
            return "%d.%d.%d.%d".formatted(low >> 24 & 0xff, low >> 16 & 0xff, low >> 8 & 0xff, low & 0xff);
        }
        final byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (high >> (56 - 8 * i));
            bytes[8 + i] = (byte) (low >> (56 - 8 * i));
        }
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (final UnknownHostException e) {
            throw new AssertionError("sixteen bytes are an address", e);
        }
    }
}

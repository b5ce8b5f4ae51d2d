package io.heliograph.offload.optcam.rules;

import io.heliograph.offload.optcam.PacketKey;
import io.heliograph.offload.optcam.TernaryPattern;
import io.heliograph.transport.IpAddress;

/**
 * Addresses that begin alike.
 *
 * @param address whose first bits count; the others are 0
 * @param prefixBits 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record AddressBlock(IpAddress address, int prefixBits) {

    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;

    /** Refuses too many bits, and clears those behind the prefix. */
    public AddressBlock {
        int most = address.isIpv4() ? IPV4_BITS : IPV6_BITS;
        if (prefixBits < 0 || prefixBits > most) {
            throw new IllegalArgumentException("no prefix of an address: bits=" + prefixBits + " of " + most);
        }
        int kept = IPV6_BITS - most + prefixBits;
        address = new IpAddress(address.high() & mask(kept), address.low() & mask(kept - Long.SIZE));
    }

    private static long mask(int ones) {
        return ones <= 0 ? 0 : ones >= Long.SIZE ? -1L : -1L << Long.SIZE - ones;
    }

    /**
     * Parses {@code a.b.c.d}, {@code a.b.c.d/n} or the same of IPv6.
     *
     * @throws IllegalArgumentException with the reason
     */
    static AddressBlock parse(String text) {
        int slash = text.indexOf('/');
        IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return new AddressBlock(address, address.isIpv4() ? IPV4_BITS : IPV6_BITS);
        }
        try {
            return new AddressBlock(address, Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("no prefix length: " + text.substring(slash + 1), e);
        }
    }

    /** Whether an address is one of them. */
    public boolean contains(IpAddress other) {
        return other.isIpv4() == address.isIpv4() && new AddressBlock(other, prefixBits).equals(this);
    }

    /** The pattern with this asked of the address that begins at a bit. */
    TernaryPattern addTo(TernaryPattern pattern, int firstBit) {
        boolean ipv4 = address.isIpv4();
        TernaryPattern of = pattern.withMask(
                PacketKey.KIND_BIT,
                Byte.SIZE,
                ipv4 ? PacketKey.IP : PacketKey.IP | PacketKey.IPV6,
                PacketKey.IP | PacketKey.IPV6);
        if (ipv4) {
            return of.withPrefix(firstBit + IPV6_BITS - IPV4_BITS, IPV4_BITS, address.ipv4(), prefixBits);
        }
        return of.withPrefix(firstBit, Long.SIZE, address.high(), Math.min(prefixBits, Long.SIZE))
                .withPrefix(firstBit + Long.SIZE, Long.SIZE, address.low(), Math.max(0, prefixBits - Long.SIZE));
    }

    /** As rules write it. */
    @Override
    public String toString() {
        return address + "/" + prefixBits;
    }
}

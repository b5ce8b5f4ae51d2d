package io.heliograph.emulator.fabric;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;

/** Which addresses the hosts of a fabric have: 10.0.0.1 and up, fd00::1 and up, 02:00:00:00:00:01 and up, in the order of their numbers. */
public final class HostAddresses {
    private static final int IPV4_BASE = 0x0A00_0000;
    private static final long IPV6_HIGH = 0xFD00_0000_0000_0000L;
    // Locally administered, IEEE 802 section 8.4.
    private static final long MAC_BASE = 0x0200_0000_0000L;
    /** Of frames that switches send themselves. */
    static final long SWITCH_MAC_BASE = 0x0201_0000_0000L;

    private HostAddresses() {}

    /** The IPv4 address of a host. */
    public static IpAddress ipv4(int host) {
        return IpAddress.ofIpv4(ipv4Bits(host));
    }

    static int ipv4Bits(int host) {
        return IPV4_BASE + host + 1;
    }

    /** The IPv6 address of a host. */
    public static IpAddress ipv6(int host) {
        return new IpAddress(IPV6_HIGH, host + 1L);
    }

    /** The Ethernet address of a host. */
    public static MacAddress mac(int host) {
        return new MacAddress(MAC_BASE + host + 1);
    }

    /** The host that an IPv4 address belongs to, if it is one of {@code hosts}; else -1. */
    static int hostOfIpv4(int address, int hosts) {
        return within(address - IPV4_BASE - 1L, hosts);
    }

    static int hostOfIpv6(long high, long low, int hosts) {
        return high == IPV6_HIGH ? within(low - 1, hosts) : -1;
    }

    static int hostOfMac(long mac, int hosts) {
        return within(mac - MAC_BASE - 1, hosts);
    }

    private static int within(long number, int hosts) {
        return number >= 0 && number < hosts ? (int) number : -1;
    }
}

package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;

/**
 * Finds the UDP payload of a frame, whatever it is: the checks of R2.2 up to UDP. A mutable object; its accessors are valid after
 * {@link #UDP}. Reads nothing beyond the frame, allocates nothing. One thread at a time.
 */
public final class UdpFrame {
    /** A whole UDP packet. */
    public static final int UDP = 0;

    /** Not IP, or IPv6 neighbour discovery: not ours to judge. */
    public static final int OTHER = 1;

    /** IP, but not UDP, or in fragments, or with options. */
    public static final int FOREIGN = 2;

    /** Lengths or versions that contradict each other. */
    public static final int MALFORMED = 3;

    /** A UDP packet whose lengths promise more than there is. */
    public static final int CUT = 4;

    private static final int GREATEST_NEIGHBOUR_TYPE = 137;
    private static final int LEAST_NEIGHBOUR_TYPE = 133;

    private long ip;
    private boolean ipv4;
    private long udp;
    private int payloadBytes;

    /** Nothing yet. */
    public UdpFrame() {}

    /** Looks at a frame; the answer is a constant of this class. */
    public int parse(long frame, int lengthBytes) {
        if (lengthBytes < EthernetLayout.LENGTH) {
            return MALFORMED;
        }
        int offset = EthernetLayout.LENGTH;
        int type = EthernetLayout.type(frame);
        if (type == EthernetLayout.TYPE_VLAN) {
            if (lengthBytes < offset + VlanLayout.LENGTH) {
                return MALFORMED;
            }
            type = VlanLayout.type(frame + offset);
            offset += VlanLayout.LENGTH;
        }
        ip = frame + offset;
        ipv4 = type == EthernetLayout.TYPE_IPV4;
        if (ipv4) {
            return parseIpv4(lengthBytes - offset);
        }
        return type == EthernetLayout.TYPE_IPV6 ? parseIpv6(lengthBytes - offset) : OTHER;
    }

    private int parseIpv4(int available) {
        if (available < Ipv4Layout.LENGTH || Ipv4Layout.version(ip) != 4) {
            return MALFORMED;
        }
        if (Ipv4Layout.headerLength(ip) != Ipv4Layout.LENGTH
                || Ipv4Layout.isFragment(ip)
                || Ipv4Layout.protocol(ip) != Ipv4Layout.PROTOCOL_UDP) {
            return FOREIGN;
        }
        return parseUdp(
                Ipv4Layout.LENGTH, Ipv4Layout.totalLength(ip) - Ipv4Layout.LENGTH, available - Ipv4Layout.LENGTH);
    }

    private int parseIpv6(int available) {
        if (available < Ipv6Layout.LENGTH || Ipv6Layout.version(ip) != 6) {
            return MALFORMED;
        }
        int next = Ipv6Layout.nextHeader(ip);
        if (next == Ipv6Layout.NEXT_ICMP && available > Ipv6Layout.LENGTH) {
            int message = NativeMemory.getUnsignedByte(ip + Ipv6Layout.LENGTH);
            // RFC 4861 section 4: router and neighbour solicitations and advertisements, redirect.
            return message >= LEAST_NEIGHBOUR_TYPE && message <= GREATEST_NEIGHBOUR_TYPE ? OTHER : FOREIGN;
        }
        if (next != Ipv4Layout.PROTOCOL_UDP) {
            return FOREIGN;
        }
        return parseUdp(Ipv6Layout.LENGTH, Ipv6Layout.payloadLength(ip), available - Ipv6Layout.LENGTH);
    }

    /**
     * @param promised bytes behind the IP header as that says
     * @param available bytes behind the IP header that are there
     */
    private int parseUdp(int ipHeaderBytes, int promised, int available) {
        if (promised < UdpLayout.LENGTH || available < UdpLayout.LENGTH) {
            return MALFORMED;
        }
        udp = ip + ipHeaderBytes;
        int udpBytes = UdpLayout.lengthBytes(udp);
        if (udpBytes < UdpLayout.LENGTH || udpBytes < promised) {
            return MALFORMED;
        }
        payloadBytes = udpBytes - UdpLayout.LENGTH;
        return udpBytes > promised || promised > available ? CUT : UDP;
    }

    /** Address of the IP header. */
    public long ip() {
        return ip;
    }

    /** Whether the packet is IPv4. */
    public boolean isIpv4() {
        return ipv4;
    }

    /** Address of the UDP header. */
    public long udp() {
        return udp;
    }

    /** Address of what is behind the UDP header. */
    public long payload() {
        return udp + UdpLayout.LENGTH;
    }

    /** Bytes of what is behind the UDP header. */
    public int payloadBytes() {
        return payloadBytes;
    }

    /** The receiver's port. */
    public int destinationPort() {
        return UdpLayout.destinationPort(udp);
    }

    /** As {@link IpAddress} has it. */
    public long sourceHigh() {
        return ipv4 ? 0 : Ipv6Layout.sourceHigh(ip);
    }

    /** As {@link IpAddress} has it. */
    public long sourceLow() {
        return ipv4 ? IpAddress.ipv4MappedLow(Ipv4Layout.source(ip)) : Ipv6Layout.sourceLow(ip);
    }

    /** As {@link IpAddress} has it. */
    public long destinationHigh() {
        return ipv4 ? 0 : Ipv6Layout.destinationHigh(ip);
    }

    /** As {@link IpAddress} has it. */
    public long destinationLow() {
        return ipv4 ? IpAddress.ipv4MappedLow(Ipv4Layout.destination(ip)) : Ipv6Layout.destinationLow(ip);
    }
}

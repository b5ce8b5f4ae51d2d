package io.heliograph.transport.wire;

/** Changes what IP and UDP headers say of a packet whose UDP payload grew or shrank. Unchecked, for the hot path. */
public final class UdpEnvelope {
    private UdpEnvelope() {}

    /**
     * Sets lengths and destination port. The IPv4 header checksum is updated for that alone (RFC 1624 equation 3): one that was wrong stays wrong.
     *
     * @param ip address of an IPv4 header without options or an IPv6 header without extensions, with UDP behind it
     * @param udpBytes UDP header and payload
     */
    public static void rewrite(long ip, boolean isIpv4, int udpBytes, int destinationPort) {
        long udp;
        if (isIpv4) {
            int before = Ipv4Layout.totalLength(ip);
            int after = Ipv4Layout.LENGTH + udpBytes;
            Ipv4Layout.putTotalLength(ip, after);
            Ipv4Layout.putChecksum(
                    ip, InternetChecksum.checksum((~Ipv4Layout.checksum(ip) & 0xFFFF) + (~before & 0xFFFF) + after));
            udp = ip + Ipv4Layout.LENGTH;
        } else {
            Ipv6Layout.putPayloadLength(ip, udpBytes);
            udp = ip + Ipv6Layout.LENGTH;
        }
        UdpLayout.putLengthBytes(udp, udpBytes);
        UdpLayout.putDestinationPort(udp, destinationPort);
    }

    /**
     * Sets the UDP checksum of a packet that is otherwise complete: none over IPv4, computed over IPv6 (RFC 8200 section 8.1).
     *
     * @param udpBytes UDP header and payload
     */
    public static void putChecksum(long ip, boolean isIpv4, int udpBytes) {
        if (isIpv4) {
            UdpLayout.putChecksum(ip + Ipv4Layout.LENGTH, 0);
            return;
        }
        long udp = ip + Ipv6Layout.LENGTH;
        UdpLayout.putChecksum(udp, 0);
        int sum = InternetChecksum.checksum((long) InternetChecksum.sum(ip + Ipv6Layout.SOURCE, 32)
                + Ipv4Layout.PROTOCOL_UDP
                + udpBytes
                + InternetChecksum.sum(udp, udpBytes));
        // RFC 768: a computed 0 is sent as ones, because 0 means none.
        UdpLayout.putChecksum(udp, sum == 0 ? 0xFFFF : sum);
    }

    /** Sets no UDP checksum, for a packet that does not go to a wire. */
    public static void clearChecksum(long udp) {
        UdpLayout.putChecksum(udp, 0);
    }
}

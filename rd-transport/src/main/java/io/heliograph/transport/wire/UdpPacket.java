package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Whole UDP packets that are not this protocol's: checks their checksums, turns them round to where they came from, and completes them. Unchecked access, for the hot path: whoever calls has looked at
 * the lengths. IPv4 headers have no options, IPv6 headers no extensions.
 */
public final class UdpPacket {
    /** TTL and hop limit: the default of RFC 1700 and of every system's UDP. */
    private static final int HOP_LIMIT = 64;

    /** The two bits of ECN below the DSCP (RFC 3168 section 5). */
    private static final int ECN = 3;

    private static final int WHOLE = 0xFFFF;

    private UdpPacket() {}

    /**
     * Whether the checksums of IPv4 and UDP are right. Over IPv4 a UDP checksum of 0 means none (RFC 768); over IPv6 there must be one (RFC 8200 section 8.1).
     *
     * @param ip address of the IP header
     */
    public static boolean isIntact(long ip, boolean isIpv4) {
        if (isIpv4 && InternetChecksum.sum(ip, Ipv4Layout.LENGTH) != WHOLE) {
            return false;
        }
        long udp = udp(ip, isIpv4);
        if (NativeMemory.getShort(udp + UdpLayout.CHECKSUM) == 0) {
            return isIpv4;
        }
        return InternetChecksum.fold(sum(ip, isIpv4, UdpLayout.lengthBytes(udp))) == WHOLE;
    }

    /** Swaps Ethernet addresses, IP addresses and ports: the packet goes back. {@link #complete} must follow. */
    public static void turn(long frame, long ip, boolean isIpv4) {
        long destination = EthernetLayout.destination(frame);
        long source = EthernetLayout.source(frame);
        NativeMemory.putShortBigEndian(frame + EthernetLayout.DESTINATION, (short) (source >>> 32));
        NativeMemory.putIntBigEndian(frame + EthernetLayout.DESTINATION + 2, (int) source);
        NativeMemory.putShortBigEndian(frame + EthernetLayout.SOURCE, (short) (destination >>> 32));
        NativeMemory.putIntBigEndian(frame + EthernetLayout.SOURCE + 2, (int) destination);
        if (isIpv4) {
            int from = NativeMemory.getInt(ip + Ipv4Layout.SOURCE);
            NativeMemory.putInt(ip + Ipv4Layout.SOURCE, NativeMemory.getInt(ip + Ipv4Layout.DESTINATION));
            NativeMemory.putInt(ip + Ipv4Layout.DESTINATION, from);
        } else {
            for (int word = 0; word < 2; word++) {
                long from = NativeMemory.getLong(ip + Ipv6Layout.SOURCE + 8L * word);
                NativeMemory.putLong(
                        ip + Ipv6Layout.SOURCE + 8L * word,
                        NativeMemory.getLong(ip + Ipv6Layout.DESTINATION + 8L * word));
                NativeMemory.putLong(ip + Ipv6Layout.DESTINATION + 8L * word, from);
            }
        }
        long udp = udp(ip, isIpv4);
        short port = NativeMemory.getShort(udp + UdpLayout.SOURCE_PORT);
        NativeMemory.putShort(udp + UdpLayout.SOURCE_PORT, NativeMemory.getShort(udp + UdpLayout.DESTINATION_PORT));
        NativeMemory.putShort(udp + UdpLayout.DESTINATION_PORT, port);
    }

    /**
     * Sets what follows from addresses, ports and payload: lengths, hop limit, no ECN, checksums of IPv4 and UDP.
     *
     * @param payloadBytes behind the UDP header
     */
    public static void complete(long ip, boolean isIpv4, int payloadBytes) {
        int udpBytes = UdpLayout.LENGTH + payloadBytes;
        if (isIpv4) {
            Ipv4Layout.putTypeOfService(ip, Ipv4Layout.typeOfService(ip) & ~ECN);
            Ipv4Layout.putTotalLength(ip, Ipv4Layout.LENGTH + udpBytes);
            NativeMemory.putByte(ip + Ipv4Layout.TIME_TO_LIVE, (byte) HOP_LIMIT);
            Ipv4Layout.putChecksum(ip, 0);
            Ipv4Layout.putChecksum(ip, InternetChecksum.checksum(InternetChecksum.sum(ip, Ipv4Layout.LENGTH)));
        } else {
            Ipv6Layout.putTrafficClass(ip, Ipv6Layout.trafficClass(ip) & ~ECN);
            Ipv6Layout.putPayloadLength(ip, udpBytes);
            NativeMemory.putByte(ip + Ipv6Layout.HOP_LIMIT, (byte) HOP_LIMIT);
        }
        long udp = udp(ip, isIpv4);
        UdpLayout.putLengthBytes(udp, udpBytes);
        UdpLayout.putChecksum(udp, 0);
        int sum = InternetChecksum.checksum(sum(ip, isIpv4, udpBytes));
        // RFC 768: a computed 0 is sent as ones, because 0 means none.
        UdpLayout.putChecksum(udp, sum == 0 ? WHOLE : sum);
    }

    /** Sets the ports. */
    public static void putPorts(long udp, int source, int destination) {
        UdpLayout.putSourcePort(udp, source);
        UdpLayout.putDestinationPort(udp, destination);
    }

    private static long udp(long ip, boolean isIpv4) {
        return ip + (isIpv4 ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH);
    }

    /** Pseudo-header, UDP header and payload, unfolded. */
    private static long sum(long ip, boolean isIpv4, int udpBytes) {
        long addresses = isIpv4
                ? InternetChecksum.sum(ip + Ipv4Layout.SOURCE, 2 * Integer.BYTES)
                : InternetChecksum.sum(ip + Ipv6Layout.SOURCE, 4 * Long.BYTES);
        return addresses + Ipv4Layout.PROTOCOL_UDP + udpBytes + InternetChecksum.sum(udp(ip, isIpv4), udpBytes);
    }
}

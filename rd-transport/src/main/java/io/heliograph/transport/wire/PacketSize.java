package io.heliograph.transport.wire;

/** How many bytes packets take. */
public final class PacketSize {
    /** From the BTH to the payload of a data packet without immediate. */
    public static final int DATA_HEADERS = RethLayout.OFFSET + RethLayout.LENGTH;
    /** From the BTH to the payload of a data packet with immediate. */
    public static final int DATA_IMMEDIATE_HEADERS = ImmDtLayout.OFFSET + ImmDtLayout.LENGTH;
    /** The longest frame that is not a data packet: a SACK over IPv6. */
    public static final int MAX_CONTROL_FRAME = EthernetLayout.LENGTH
            + Ipv6Layout.LENGTH
            + UdpLayout.LENGTH
            + SackLayout.OFFSET
            + SackLayout.LENGTH
            + Icrc.LENGTH;

    /** What a UDP length can say, less its own header. */
    static final int MAX_UDP_PAYLOAD = 0xFFFF - UdpLayout.LENGTH;

    private PacketSize() {}

    /** Bytes of a data packet's frame, from the Ethernet header to the ICRC. */
    public static int dataFrame(boolean isIpv4, int payloadBytes, boolean withImmediate) {
        int ipBytes = isIpv4 ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH;
        int headers = withImmediate ? DATA_IMMEDIATE_HEADERS : DATA_HEADERS;
        return EthernetLayout.LENGTH
                + ipBytes
                + UdpLayout.LENGTH
                + headers
                + payloadBytes
                + pad(payloadBytes)
                + Icrc.LENGTH;
    }

    /** Pad bytes behind a payload. */
    public static int pad(int payloadBytes) {
        return -payloadBytes & 3;
    }

    /**
     * The most payload bytes of a packet, a multiple of 4, with room for an immediate.
     *
     * @param mtuBytes the largest IP packet
     */
    public static int maxPayload(int mtuBytes, boolean isIpv4) {
        int ipBytes = isIpv4 ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH;
        int limit = Math.min(mtuBytes, 0xFFFF);
        return Math.max(0, limit - ipBytes - UdpLayout.LENGTH - DATA_IMMEDIATE_HEADERS - Icrc.LENGTH) & ~3;
    }
}

package io.heliograph.collectives.planning.rates;

/** What payload takes of a line, sent in full packets. */
public final class Wire {
    /** Payload of a full packet. */
    private static final int PAYLOAD_BYTES = 4096;
    /** Ethernet 14, IPv4 20, UDP 8, BTH 12, AINIC 8, RDETH 4, DETH 8, RETH 16, ICRC 4; 24 that the line adds (WireBytes). */
    private static final int HEADER_BYTES = 118;

    private static final double WIRE = (double) (PAYLOAD_BYTES + HEADER_BYTES) / PAYLOAD_BYTES;
    private static final double BITS_NS = 8e9;

    private Wire() {}

    /** Bytes on the line of so many of payload. */
    public static double bytes(double payloadBytes) {
        return payloadBytes * WIRE;
    }

    /** On the line, of the last packet of a message. */
    public static double lastPacketBytes(double payloadBytes) {
        return Math.min(PAYLOAD_BYTES, payloadBytes) + HEADER_BYTES;
    }

    /** How long bytes on the line take at a rate. */
    public static double ns(double wireBytes, double rateBitsPerSecond) {
        return wireBytes * BITS_NS / rateBitsPerSecond;
    }
}

package io.heliograph.transport.wire;

import java.lang.foreign.MemorySegment;

/**
 * A UDP header, see {@link UdpLayout}.
 *
 * @param sourcePort the entropy
 * @param destinationPort 16 bits
 * @param lengthBytes bytes of header and payload
 * @param checksum 16 bits, 0 for none
 */
public record UdpHeader(int sourcePort, int destinationPort, int lengthBytes, int checksum) {
    /** Checks that every value fits its field. */
    public UdpHeader {
        HeaderBytes.requireBits("sourcePort", sourcePort, 16);
        HeaderBytes.requireBits("destinationPort", destinationPort, 16);
        HeaderBytes.requireBits("lengthBytes", lengthBytes, 16);
        HeaderBytes.requireBits("checksum", checksum, 16);
    }

    /**
     * Parses the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} ends before the header does
     */
    public static UdpHeader parse(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, UdpLayout.LENGTH, "UdpHeader");
        return new UdpHeader(
                HeaderBytes.getShort(header, UdpLayout.SOURCE_PORT),
                HeaderBytes.getShort(header, UdpLayout.DESTINATION_PORT),
                HeaderBytes.getShort(header, UdpLayout.BYTES),
                HeaderBytes.getShort(header, UdpLayout.CHECKSUM));
    }

    /**
     * Emits the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} has no room
     */
    public void emit(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, UdpLayout.LENGTH, "UdpHeader");
        HeaderBytes.putShort(header, UdpLayout.SOURCE_PORT, sourcePort);
        HeaderBytes.putShort(header, UdpLayout.DESTINATION_PORT, destinationPort);
        HeaderBytes.putShort(header, UdpLayout.BYTES, lengthBytes);
        HeaderBytes.putShort(header, UdpLayout.CHECKSUM, checksum);
    }
}

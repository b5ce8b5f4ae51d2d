package io.heliograph.transport.wire;

import io.heliograph.transport.IpAddress;
import java.lang.foreign.MemorySegment;

/**
 * An IPv4 header without options, see {@link Ipv4Layout}.
 *
 * @param typeOfService DSCP and ECN, 8 bits
 * @param totalLength bytes of header and payload
 * @param identification 16 bits
 * @param flagsAndFragment flags and fragment offset, 16 bits
 * @param timeToLive 8 bits
 * @param protocol 8 bits
 * @param checksum 16 bits, as it is on the wire
 * @param source the sender
 * @param destination the receiver
 */
public record Ipv4Header(
        int typeOfService,
        int totalLength,
        int identification,
        int flagsAndFragment,
        int timeToLive,
        int protocol,
        int checksum,
        IpAddress source,
        IpAddress destination) {
    private static final int VERSION_4_LENGTH_20 = 0x45;

    /** Checks that every value fits its field. */
    public Ipv4Header {
        HeaderBytes.requireBits("typeOfService", typeOfService, 8);
        HeaderBytes.requireBits("totalLength", totalLength, 16);
        HeaderBytes.requireBits("identification", identification, 16);
        HeaderBytes.requireBits("flagsAndFragment", flagsAndFragment, 16);
        HeaderBytes.requireBits("timeToLive", timeToLive, 8);
        HeaderBytes.requireBits("protocol", protocol, 8);
        HeaderBytes.requireBits("checksum", checksum, 16);
    }

    /**
     * Parses the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} ends before the header does, or if it is not IPv4 or has options
     */
    public static Ipv4Header parse(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, Ipv4Layout.LENGTH, "Ipv4Header");
        if (HeaderBytes.getByte(header, Ipv4Layout.VERSION_AND_LENGTH) != VERSION_4_LENGTH_20) {
            throw new IllegalArgumentException("not an IPv4 header without options: firstByte=0x%02x"
                    .formatted(HeaderBytes.getByte(header, Ipv4Layout.VERSION_AND_LENGTH)));
        }
        return new Ipv4Header(
                HeaderBytes.getByte(header, Ipv4Layout.TYPE_OF_SERVICE),
                HeaderBytes.getShort(header, Ipv4Layout.TOTAL_LENGTH),
                HeaderBytes.getShort(header, Ipv4Layout.IDENTIFICATION),
                HeaderBytes.getShort(header, Ipv4Layout.FRAGMENT),
                HeaderBytes.getByte(header, Ipv4Layout.TIME_TO_LIVE),
                HeaderBytes.getByte(header, Ipv4Layout.PROTOCOL),
                HeaderBytes.getShort(header, Ipv4Layout.CHECKSUM),
                IpAddress.ofIpv4(HeaderBytes.getInt(header, Ipv4Layout.SOURCE)),
                IpAddress.ofIpv4(HeaderBytes.getInt(header, Ipv4Layout.DESTINATION)));
    }

    /**
     * Emits the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} has no room
     */
    public void emit(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, Ipv4Layout.LENGTH, "Ipv4Header");
        HeaderBytes.putByte(header, Ipv4Layout.VERSION_AND_LENGTH, VERSION_4_LENGTH_20);
        HeaderBytes.putByte(header, Ipv4Layout.TYPE_OF_SERVICE, typeOfService);
        HeaderBytes.putShort(header, Ipv4Layout.TOTAL_LENGTH, totalLength);
        HeaderBytes.putShort(header, Ipv4Layout.IDENTIFICATION, identification);
        HeaderBytes.putShort(header, Ipv4Layout.FRAGMENT, flagsAndFragment);
        HeaderBytes.putByte(header, Ipv4Layout.TIME_TO_LIVE, timeToLive);
        HeaderBytes.putByte(header, Ipv4Layout.PROTOCOL, protocol);
        HeaderBytes.putShort(header, Ipv4Layout.CHECKSUM, checksum);
        HeaderBytes.putInt(header, Ipv4Layout.SOURCE, source.ipv4());
        HeaderBytes.putInt(header, Ipv4Layout.DESTINATION, destination.ipv4());
    }
}

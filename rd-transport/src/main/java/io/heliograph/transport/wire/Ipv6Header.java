package io.heliograph.transport.wire;

import io.heliograph.transport.IpAddress;
import java.lang.foreign.MemorySegment;

/**
 * An IPv6 header, see {@link Ipv6Layout}.
 *
 * @param trafficClass 8 bits
 * @param flowLabel 20 bits
 * @param payloadLength bytes behind this header
 * @param nextHeader 8 bits
 * @param hopLimit 8 bits
 * @param source the sender
 * @param destination the receiver
 */
public record Ipv6Header(
        int trafficClass,
        int flowLabel,
        int payloadLength,
        int nextHeader,
        int hopLimit,
        IpAddress source,
        IpAddress destination) {
    /** Checks that every value fits its field. */
    public Ipv6Header {
        HeaderBytes.requireBits("trafficClass", trafficClass, 8);
        HeaderBytes.requireBits("flowLabel", flowLabel, 20);
        HeaderBytes.requireBits("payloadLength", payloadLength, 16);
        HeaderBytes.requireBits("nextHeader", nextHeader, 8);
        HeaderBytes.requireBits("hopLimit", hopLimit, 8);
    }

    /**
     * Parses the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} ends before the header does, or if it is not IPv6
     */
    public static Ipv6Header parse(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, Ipv6Layout.LENGTH, "Ipv6Header");
        int first = HeaderBytes.getInt(header, Ipv6Layout.VERSION_CLASS_FLOW);
        if (first >>> 28 != 6) {
            throw new IllegalArgumentException("not an IPv6 header: version=" + (first >>> 28));
        }
        return new Ipv6Header(
                first >>> 20 & 0xFF,
                first & 0xF_FFFF,
                HeaderBytes.getShort(header, Ipv6Layout.PAYLOAD_LENGTH),
                HeaderBytes.getByte(header, Ipv6Layout.NEXT_HEADER),
                HeaderBytes.getByte(header, Ipv6Layout.HOP_LIMIT),
                address(header, Ipv6Layout.SOURCE),
                address(header, Ipv6Layout.DESTINATION));
    }

    /**
     * Emits the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} has no room
     */
    public void emit(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, Ipv6Layout.LENGTH, "Ipv6Header");
        HeaderBytes.putInt(header, Ipv6Layout.VERSION_CLASS_FLOW, 6 << 28 | trafficClass << 20 | flowLabel);
        HeaderBytes.putShort(header, Ipv6Layout.PAYLOAD_LENGTH, payloadLength);
        HeaderBytes.putByte(header, Ipv6Layout.NEXT_HEADER, nextHeader);
        HeaderBytes.putByte(header, Ipv6Layout.HOP_LIMIT, hopLimit);
        putAddress(header, Ipv6Layout.SOURCE, source);
        putAddress(header, Ipv6Layout.DESTINATION, destination);
    }

    private static IpAddress address(MemorySegment header, long offset) {
        return new IpAddress(HeaderBytes.getLong(header, offset), HeaderBytes.getLong(header, offset + 8));
    }

    private static void putAddress(MemorySegment header, long offset, IpAddress address) {
        HeaderBytes.putLong(header, offset, address.high());
        HeaderBytes.putLong(header, offset + 8, address.low());
    }
}

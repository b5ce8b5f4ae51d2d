package io.heliograph.emulator.fabric;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.wire.Ipv4Layout;
import io.heliograph.transport.wire.Ipv6Layout;

/** What switches change in the bytes of a frame: DSCP, ECN and lengths, with the IPv4 header checksum brought up to date (RFC 1624 equation 3). */
final class IpEdits {
    /** ECN-capable transport, codepoint 0 (RFC 3168 section 5). */
    static final int ECT_0 = 2;
    /** Congestion experienced. */
    static final int CONGESTION_EXPERIENCED = 3;

    private static final int ECN_MASK = 3;
    private static final int DSCP_SHIFT = 2;
    private static final int IPV4_TOTAL_LENGTH = 2;
    private static final int IPV4_CHECKSUM = 10;
    private static final int IPV6_PAYLOAD_LENGTH = 4;
    private static final int UDP_BYTES = 4;

    private IpEdits() {}

    private static long ip(long frame) {
        return Frame.dataAddress(frame) + FabricFrame.ipOffset(frame);
    }

    private static boolean isIpv4(long ip) {
        return Ipv4Layout.version(ip) == 4;
    }

    /** Sets congestion experienced. */
    static void mark(long frame) {
        typeOfService(frame, readTypeOfService(frame) | CONGESTION_EXPERIENCED);
    }

    /** Sets the DSCP and leaves ECN as it is. */
    static void dscp(long frame, int dscp) {
        typeOfService(frame, dscp << DSCP_SHIFT | readTypeOfService(frame) & ECN_MASK);
    }

    private static int readTypeOfService(long frame) {
        long ip = ip(frame);
        return isIpv4(ip) ? Ipv4Layout.typeOfService(ip) : Ipv6Layout.trafficClass(ip);
    }

    /** Sets DSCP and ECN. */
    static void typeOfService(long frame, int value) {
        long ip = ip(frame);
        if (isIpv4(ip)) {
            replaceIpv4(ip, 0, NativeMemory.getUnsignedByte(ip) << 8 | value);
        } else {
            int word = NativeMemory.getUnsignedShortBigEndian(ip);
            NativeMemory.putShortBigEndian(ip, (short) (word & 0xF00F | value << 4));
        }
    }

    /** Makes the IP and UDP lengths those of what is left of a frame. */
    static void fitLengths(long frame) {
        long ip = ip(frame);
        int ipBytes = Frame.lengthBytes(frame) - FabricFrame.ipOffset(frame);
        long udp;
        if (isIpv4(ip)) {
            replaceIpv4(ip, IPV4_TOTAL_LENGTH, ipBytes);
            udp = ip + Ipv4Layout.headerLength(ip);
        } else {
            NativeMemory.putShortBigEndian(ip + IPV6_PAYLOAD_LENGTH, (short) (ipBytes - Ipv6Layout.LENGTH));
            udp = ip + Ipv6Layout.LENGTH;
        }
        NativeMemory.putShortBigEndian(udp + UDP_BYTES, (short) (ipBytes - (udp - ip)));
    }

    /** Replaces 16 bits of an IPv4 header. */
    private static void replaceIpv4(long ip, int offset, int value) {
        int old = NativeMemory.getUnsignedShortBigEndian(ip + offset);
        NativeMemory.putShortBigEndian(ip + offset, (short) value);
        int sum = (~NativeMemory.getUnsignedShortBigEndian(ip + IPV4_CHECKSUM) & 0xFFFF) + (~old & 0xFFFF) + value;
        sum = (sum & 0xFFFF) + (sum >>> 16);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        NativeMemory.putShortBigEndian(ip + IPV4_CHECKSUM, (short) ~sum);
    }
}

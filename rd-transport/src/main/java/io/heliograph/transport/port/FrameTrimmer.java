package io.heliograph.transport.port;

import io.heliograph.bindings.memory.NativeMemory;

/** Cuts a frame as a switch with packet trimming does: lengths and the IPv4 header checksum fit what is left, the rest is gone. */
final class FrameTrimmer {
    private static final int ETHER_TYPE = 12;
    private static final int ETHER_TYPE_IPV4 = 0x0800;
    private static final int ETHER_TYPE_IPV6 = 0x86dd;
    private static final int ETHER_TYPE_VLAN = 0x8100;
    private static final int PROTOCOL_UDP = 17;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int UDP_HEADER_BYTES = 8;
    private static final int UDP_LENGTH = 4;

    private FrameTrimmer() {}

    /**
     * Cuts a frame to {@code toBytes} from its Ethernet header on.
     *
     * @return false, with the frame untouched, if it is not longer than that or not UDP directly over IPv4 or IPv6 with its headers in
     *     the part that stays
     */
    static boolean trim(long frame, int toBytes) {
        if (Frame.lengthBytes(frame) <= toBytes) {
            return false;
        }
        long data = Frame.dataAddress(frame);
        int ip = ETHER_TYPE + 2;
        int etherType = NativeMemory.getUnsignedShortBigEndian(data + ETHER_TYPE);
        if (etherType == ETHER_TYPE_VLAN) {
            etherType = NativeMemory.getUnsignedShortBigEndian(data + ETHER_TYPE + 4);
            ip += 4;
        }
        boolean trimmed = etherType == ETHER_TYPE_IPV4
                ? trimIpv4(data + ip, toBytes - ip)
                : etherType == ETHER_TYPE_IPV6 && trimIpv6(data + ip, toBytes - ip);
        if (trimmed) {
            Frame.lengthBytes(frame, toBytes);
        }
        return trimmed;
    }

    private static boolean trimIpv4(long ip, int toBytes) {
        int versionAndLength = NativeMemory.getUnsignedByte(ip);
        int headerBytes = (versionAndLength & 0xf) * 4;
        if (versionAndLength >>> 4 != 4
                || headerBytes < 20
                || headerBytes + UDP_HEADER_BYTES > toBytes
                || NativeMemory.getUnsignedByte(ip + 9) != PROTOCOL_UDP) {
            return false;
        }
        NativeMemory.putShortBigEndian(ip + 2, (short) toBytes);
        NativeMemory.putShort(ip + 10, (short) 0);
        int sum = 0;
        for (int i = 0; i < headerBytes; i += 2) {
            sum += NativeMemory.getUnsignedShortBigEndian(ip + i);
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        NativeMemory.putShortBigEndian(ip + 10, (short) ~sum);
        NativeMemory.putShortBigEndian(ip + headerBytes + UDP_LENGTH, (short) (toBytes - headerBytes));
        return true;
    }

    private static boolean trimIpv6(long ip, int toBytes) {
        if (NativeMemory.getUnsignedByte(ip) >>> 4 != 6
                || IPV6_HEADER_BYTES + UDP_HEADER_BYTES > toBytes
                || NativeMemory.getUnsignedByte(ip + 6) != PROTOCOL_UDP) {
            return false;
        }
        int payloadBytes = toBytes - IPV6_HEADER_BYTES;
        NativeMemory.putShortBigEndian(ip + 4, (short) payloadBytes);
        NativeMemory.putShortBigEndian(ip + IPV6_HEADER_BYTES + UDP_LENGTH, (short) payloadBytes);
        return true;
    }
}

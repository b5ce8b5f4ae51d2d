package io.heliograph.transport.simulation;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.wire.EthernetLayout;
import io.heliograph.transport.wire.Ipv4Layout;
import io.heliograph.transport.wire.Ipv6Layout;

/** Cuts a frame as switches do: some make the lengths inside fit what is left, others leave them as they were (PROTOCOL.md section 2.4). */
final class Trim {
    private static final int IPV4_TOTAL_LENGTH = 2;
    private static final int IPV4_CHECKSUM = 10;
    private static final int IPV6_PAYLOAD_LENGTH = 4;
    private static final int UDP_LENGTH = 4;

    private Trim() {}

    /** Cuts a frame to so many bytes from its Ethernet header on, if it is longer. */
    static void to(long frame, int bytes, boolean fitLengths, boolean isIpv4) {
        if (Frame.lengthBytes(frame) <= bytes) {
            return;
        }
        Frame.lengthBytes(frame, bytes);
        if (!fitLengths) {
            return;
        }
        long ip = Frame.dataAddress(frame) + EthernetLayout.LENGTH;
        int ipBytes = bytes - EthernetLayout.LENGTH;
        int headerBytes = isIpv4 ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH;
        if (isIpv4) {
            int sum = unsigned(ip + IPV4_CHECKSUM) + unsigned(ip + IPV4_TOTAL_LENGTH) + (~ipBytes & 0xffff);
            // RFC 1624, equation 4, in ones' complement.
            sum = (sum & 0xffff) + (sum >>> 16);
            put(ip + IPV4_CHECKSUM, (sum & 0xffff) + (sum >>> 16));
            put(ip + IPV4_TOTAL_LENGTH, ipBytes);
        } else {
            put(ip + IPV6_PAYLOAD_LENGTH, ipBytes - headerBytes);
        }
        put(ip + headerBytes + UDP_LENGTH, ipBytes - headerBytes);
    }

    private static int unsigned(long address) {
        return NativeMemory.getUnsignedShortBigEndian(address);
    }

    private static void put(long address, int value) {
        NativeMemory.putShortBigEndian(address, (short) value);
    }
}

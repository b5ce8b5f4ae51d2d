package io.heliograph.transport.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Makes the checksums of a broken frame right, so that what is broken is found behind them. */
public final class FrameSeal {
    private static final int LONGEST_BYTES = 1 << 14;

    private final Icrc icrc;
    private final MemorySegment frame;

    public FrameSeal(Arena arena) {
        icrc = new Icrc(arena);
        frame = arena.allocate(LONGEST_BYTES, 64);
    }

    /** Puts the IPv4 header checksum and the ICRC where the frame's own lengths say, if there is room; other frames stay as they are. */
    public void seal(byte[] bytes) {
        int type = bytes.length < 18 ? 0 : shortAt(bytes, 12);
        boolean tagged = type == EthernetLayout.TYPE_VLAN;
        int ip = EthernetLayout.LENGTH + (tagged ? VlanLayout.LENGTH : 0);
        boolean isIpv4 = (tagged ? shortAt(bytes, 16) : type) == EthernetLayout.TYPE_IPV4;
        int headers = (isIpv4 ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH) + UdpLayout.LENGTH + BthLayout.LENGTH;
        if (bytes.length > LONGEST_BYTES || bytes.length - ip < headers + Icrc.LENGTH) {
            return;
        }
        int ipBytes = isIpv4
                ? shortAt(bytes, ip + Ipv4Layout.TOTAL_LENGTH)
                : Ipv6Layout.LENGTH + shortAt(bytes, ip + Ipv6Layout.PAYLOAD_LENGTH);
        int covered = Math.min(ipBytes, bytes.length - ip) - Icrc.LENGTH;
        if (isIpv4) {
            int headerBytes = Math.min(4 * (bytes[ip] & 0xF), bytes.length - ip);
            bytes[ip + Ipv4Layout.CHECKSUM] = 0;
            bytes[ip + Ipv4Layout.CHECKSUM + 1] = 0;
            copyIn(bytes);
            int checksum = InternetChecksum.checksum(InternetChecksum.sum(frame.address() + ip, headerBytes));
            bytes[ip + Ipv4Layout.CHECKSUM] = (byte) (checksum >> 8);
            bytes[ip + Ipv4Layout.CHECKSUM + 1] = (byte) checksum;
        }
        if (covered >= headers) {
            copyIn(bytes);
            int crc = icrc.compute(frame.address() + ip, isIpv4, covered);
            for (int i = 0; i < Icrc.LENGTH; i++) {
                bytes[ip + covered + i] = (byte) (crc >>> 8 * i);
            }
        }
    }

    private void copyIn(byte[] bytes) {
        MemorySegment.copy(bytes, 0, frame, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }

    private static int shortAt(byte[] bytes, int index) {
        return (bytes[index] & 0xFF) << 8 | bytes[index + 1] & 0xFF;
    }
}

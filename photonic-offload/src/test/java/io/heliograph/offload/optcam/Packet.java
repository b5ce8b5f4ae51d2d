package io.heliograph.offload.optcam;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;

/**
 * A packet by its fields, and the frame that it is.
 *
 * @param tags VLAN tags in front of it
 * @param fragmentOffset 0, or that of a later fragment, in units of 8 bytes
 * @param flags of TCP, or the ICMP type
 */
public record Packet(
        int tags,
        IpAddress source,
        IpAddress destination,
        int protocol,
        int sourcePort,
        int destinationPort,
        int flags,
        int fragmentOffset,
        String payload) {

    /** One packet of a flow of TCP over IPv4. */
    public static Packet tcp(String source, int from, String destination, int to, int flags, String payload) {
        return new Packet(0, IpAddress.parse(source), IpAddress.parse(destination), 6, from, to, flags, 0, payload);
    }

    /** Whether its ports can be read. */
    public boolean hasPorts() {
        return (protocol == 6 || protocol == 17) && fragmentOffset == 0;
    }

    /** Whether it has an ICMP type. */
    public boolean hasIcmpType() {
        return (protocol == 1 || protocol == 58) && fragmentOffset == 0;
    }

    /** Writes the frame, with four bytes of padding behind it; returns its length. */
    public int write(long to) {
        long at = to;
        NativeMemory.fill(at, 200, (byte) 0xEE);
        NativeMemory.fill(at, 12, (byte) 2);
        at += 12;
        for (int tag = 0; tag < tags; tag++) {
            NativeMemory.putIntBigEndian(at, (tag == 0 && tags == 2 ? 0x88A8 : 0x8100) << 16 | 100 + tag);
            at += 4;
        }
        NativeMemory.putShortBigEndian(at, (short) (source.isIpv4() ? 0x0800 : 0x86DD));
        at += 2;
        int transport = fragmentOffset != 0 ? 0 : protocol == 6 ? 24 : hasPorts() || hasIcmpType() ? 8 : 0;
        at = source.isIpv4()
                ? writeIpv4(at, transport + payload.length())
                : writeIpv6(at, transport + payload.length());
        NativeMemory.fill(at, transport, (byte) 0);
        if (hasPorts()) {
            NativeMemory.putShortBigEndian(at, (short) sourcePort);
            NativeMemory.putShortBigEndian(at + 2, (short) destinationPort);
            if (protocol == 6) {
                // One word of options.
                NativeMemory.putByte(at + 12, (byte) 0x60);
                NativeMemory.putByte(at + 13, (byte) flags);
            }
        } else if (hasIcmpType()) {
            NativeMemory.putByte(at, (byte) flags);
        }
        at += transport;
        for (int k = 0; k < payload.length(); k++) {
            NativeMemory.putByte(at++, (byte) payload.charAt(k));
        }
        return (int) (at - to) + 4;
    }

    private long writeIpv4(long ip, int payloadBytes) {
        // One word of options.
        NativeMemory.fill(ip, 24, (byte) 0);
        NativeMemory.putByte(ip, (byte) 0x46);
        NativeMemory.putByte(ip + 1, (byte) 0x01);
        NativeMemory.putShortBigEndian(ip + 2, (short) (24 + payloadBytes));
        NativeMemory.putShortBigEndian(ip + 6, (short) fragmentOffset);
        NativeMemory.putByte(ip + 8, (byte) 64);
        NativeMemory.putByte(ip + 9, (byte) protocol);
        NativeMemory.putIntBigEndian(ip + 12, source.ipv4());
        NativeMemory.putIntBigEndian(ip + 16, destination.ipv4());
        NativeMemory.putShortBigEndian(ip + 10, (short) ~ipv4Sum(ip));
        return ip + 24;
    }

    /** The sum of a header of six words; all ones if its checksum is right. */
    static int ipv4Sum(long ip) {
        int sum = 0;
        for (int k = 0; k < 24; k += 2) {
            sum += NativeMemory.getUnsignedShortBigEndian(ip + k);
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        return (sum & 0xFFFF) + (sum >>> 16);
    }

    private long writeIpv6(long ip, int payloadBytes) {
        NativeMemory.fill(ip, 56, (byte) 0);
        NativeMemory.putIntBigEndian(ip, 0x6010_0000);
        NativeMemory.putShortBigEndian(ip + 4, (short) (16 + payloadBytes));
        NativeMemory.putByte(ip + 7, (byte) 64);
        NativeMemory.putLongBigEndian(ip + 8, source.high());
        NativeMemory.putLongBigEndian(ip + 16, source.low());
        NativeMemory.putLongBigEndian(ip + 24, destination.high());
        NativeMemory.putLongBigEndian(ip + 32, destination.low());
        // Hop-by-hop options, then a fragment header.
        NativeMemory.putByte(ip + 40, (byte) 44);
        NativeMemory.putByte(ip + 48, (byte) protocol);
        NativeMemory.putShortBigEndian(ip + 50, (short) (fragmentOffset << 3));
        return ip + 56;
    }
}

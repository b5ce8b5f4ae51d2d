package io.heliograph.offload.optcam;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.wire.EthernetLayout;

/**
 * The key of a frame: header fields and the beginning of the payload, at fixed places, so that a ternary pattern can ask for any of them.
 *
 * <pre>
 *  byte  0       kind: IP 0x80, IPv6 0x40, ports are there 0x20, ICMP type is there 0x10, later fragment 0x08
 *        1       protocol (IPv6: next header behind the extensions that are walked)
 *        2, 4    source port, destination port; 0 without
 *        6       TCP flags; 0 without
 *        7       ICMP type; 0 without
 *        8, 24   source, destination address; IPv4 as ::ffff:a.b.c.d
 *       40       the first 16 bytes of the payload of TCP, UDP, ICMP (behind 8 bytes of header) or of another protocol; 0 behind its end
 *       56       one bit for each of these, the first one highest: 1 if the payload has it
 *       58       0, to the end of the last 64-bit word
 * </pre>
 *
 * <p>Up to two VLAN tags are skipped. Of IPv6's extensions hop-by-hop, routing, destination options and fragment headers are walked, eight at most. What a frame is too short
 * for, by its own length or its IP header's, is not there. Sources: RFC 791, 8200, 9293, 768, 792, 4443; IEEE 802.1Q.
 */
public final class PacketKey {

    /** Bits that patterns may ask for. */
    public static final int WIDTH = 464;

    /** Bytes to have for a key: whole words. */
    public static final int KEY_BYTES = 64;

    /** Payload bytes in the key. */
    public static final int PAYLOAD_BYTES = 16;

    /** First bits of the fields. */
    public static final int KIND_BIT = 0;

    /** First bit of the protocol. */
    public static final int PROTOCOL_BIT = 8;

    /** First bit of the source port. */
    public static final int SOURCE_PORT_BIT = 16;

    /** First bit of the destination port. */
    public static final int DESTINATION_PORT_BIT = 32;

    /** First bit of the TCP flags. */
    public static final int TCP_FLAGS_BIT = 48;

    /** First bit of the ICMP type. */
    public static final int ICMP_TYPE_BIT = 56;

    /** First bit of the source address. */
    public static final int SOURCE_BIT = 64;

    /** First bit of the destination address. */
    public static final int DESTINATION_BIT = 192;

    /** First bit of the payload. */
    public static final int PAYLOAD_BIT = 320;

    /** First of the bits that say which payload bytes there are. */
    public static final int PRESENT_BIT = 448;

    /** Of the kind: an IP packet. */
    public static final int IP = 0x80;

    /** Of the kind: IPv6. */
    public static final int IPV6 = 0x40;

    /** Of the kind: the ports are there. */
    public static final int PORTS = 0x20;

    /** Of the kind: the ICMP type is there. */
    public static final int ICMP_TYPE = 0x10;

    /** Of the kind: a fragment that is not the first. */
    public static final int LATER_FRAGMENT = 0x08;

    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMPV6 = 58;

    private static final int TYPE_SERVICE_VLAN = 0x88A8;
    private static final int VLAN_BYTES = 4;
    private static final int MOST_TAGS = 2;
    private static final int IPV4_BYTES = 20;
    private static final int IPV6_BYTES = 40;
    private static final int MOST_EXTENSIONS = 8;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int FRAGMENT_BYTES = 8;
    private static final int OFFSET_MASK = 0x1FFF;
    private static final int OFFSET_V6_MASK = 0xFFF8;
    private static final int TCP_BYTES = 20;
    private static final int UDP_BYTES = 8;
    private static final int ICMP_BYTES = 8;

    private static final int PORTS_AT = 2;
    private static final int TCP_FLAGS_AT = 6;
    private static final int ICMP_TYPE_AT = 7;
    private static final int SOURCE_AT = 8;
    private static final int DESTINATION_AT = 24;
    private static final int PAYLOAD_AT = 40;
    private static final int PRESENT_AT = 56;
    private static final int MAPPED = 0xFFFF;

    private PacketKey() {}

    /**
     * Forms the key of a frame, in place: nothing else of it is copied.
     *
     * @param frame address of the Ethernet header
     * @param lengthBytes of the frame, without FCS
     * @param key address of {@link #KEY_BYTES} bytes
     * @return the offset of the IP header in the frame, or -1 if it has none, or not all of it
     */
    public static int form(long frame, int lengthBytes, long key) {
        NativeMemory.fill(key, KEY_BYTES, (byte) 0);
        int at = EthernetLayout.LENGTH;
        if (lengthBytes < at) {
            return -1;
        }
        int type = EthernetLayout.type(frame);
        for (int tag = 0;
                tag < MOST_TAGS
                        && (type == EthernetLayout.TYPE_VLAN || type == TYPE_SERVICE_VLAN)
                        && lengthBytes >= at + VLAN_BYTES;
                tag++) {
            type = NativeMemory.getUnsignedShortBigEndian(frame + at + 2);
            at += VLAN_BYTES;
        }
        long ip = frame + at;
        int left = lengthBytes - at;
        if (type == EthernetLayout.TYPE_IPV4) {
            return putIpv4(ip, left, key) ? at : -1;
        }
        if (type == EthernetLayout.TYPE_IPV6) {
            return putIpv6(ip, left, key) ? at : -1;
        }
        return -1;
    }

    private static boolean putIpv4(long ip, int left, long key) {
        if (left < IPV4_BYTES || NativeMemory.getUnsignedByte(ip) >>> 4 != 4) {
            return false;
        }
        int header = (NativeMemory.getUnsignedByte(ip) & 0xF) * Integer.BYTES;
        if (header < IPV4_BYTES || left < header) {
            return false;
        }
        int end = Math.min(left, NativeMemory.getUnsignedShortBigEndian(ip + 2));
        boolean later = (NativeMemory.getUnsignedShortBigEndian(ip + 6) & OFFSET_MASK) != 0;
        NativeMemory.putByte(key, (byte) (IP | (later ? LATER_FRAGMENT : 0)));
        putMapped(key + SOURCE_AT, ip + 12);
        putMapped(key + DESTINATION_AT, ip + 16);
        putTransport(NativeMemory.getUnsignedByte(ip + 9), ip + header, end - header, later, key);
        return true;
    }

    private static void putMapped(long to, long address) {
        NativeMemory.putShort(to + 10, (short) MAPPED);
        NativeMemory.putInt(to + 12, NativeMemory.getInt(address));
    }

    private static boolean putIpv6(long ip, int left, long key) {
        if (left < IPV6_BYTES || NativeMemory.getUnsignedByte(ip) >>> 4 != 6) {
            return false;
        }
        int end = Math.min(left, IPV6_BYTES + NativeMemory.getUnsignedShortBigEndian(ip + 4));
        NativeMemory.copy(ip + 8, key + SOURCE_AT, 2L * (DESTINATION_AT - SOURCE_AT));
        int next = NativeMemory.getUnsignedByte(ip + 6);
        int at = IPV6_BYTES;
        boolean later = false;
        for (int walked = 0; walked < MOST_EXTENSIONS && !later && at + FRAGMENT_BYTES <= end; walked++) {
            if (next == FRAGMENT) {
                later = (NativeMemory.getUnsignedShortBigEndian(ip + at + 2) & OFFSET_V6_MASK) != 0;
                next = NativeMemory.getUnsignedByte(ip + at);
                at += FRAGMENT_BYTES;
            } else if (next == HOP_BY_HOP || next == ROUTING || next == DESTINATION_OPTIONS) {
                int bytes = (NativeMemory.getUnsignedByte(ip + at + 1) + 1) * Long.BYTES;
                next = NativeMemory.getUnsignedByte(ip + at);
                at += bytes;
            } else {
                break;
            }
        }
        NativeMemory.putByte(key, (byte) (IP | IPV6 | (later ? LATER_FRAGMENT : 0)));
        putTransport(next, ip + at, end - at, later, key);
        return true;
    }

    /** The header behind IP, if there is one, and the payload; {@code left} may be below 0. */
    private static void putTransport(int protocol, long header, int left, boolean later, long key) {
        NativeMemory.putByte(key + 1, (byte) protocol);
        int bytes = 0;
        if (!later) {
            int kind = 0;
            switch (protocol) {
                case TCP -> {
                    bytes = left < TCP_BYTES ? left : NativeMemory.getUnsignedByte(header + 12) >>> 4 << 2;
                    if (left >= TCP_BYTES && bytes >= TCP_BYTES) {
                        kind = PORTS;
                        NativeMemory.putByte(key + TCP_FLAGS_AT, NativeMemory.getByte(header + 13));
                    } else {
                        bytes = left;
                    }
                }
                case UDP -> {
                    kind = left >= UDP_BYTES ? PORTS : 0;
                    bytes = UDP_BYTES;
                }
                case ICMP, ICMPV6 -> {
                    kind = left >= ICMP_BYTES ? ICMP_TYPE : 0;
                    bytes = ICMP_BYTES;
                }
                default -> {
                    // No header that the key knows: its bytes are payload.
                }
            }
            NativeMemory.putByte(key, (byte) (NativeMemory.getByte(key) | kind));
            if (kind == PORTS) {
                NativeMemory.putInt(key + PORTS_AT, NativeMemory.getInt(header));
            } else if (kind == ICMP_TYPE) {
                NativeMemory.putByte(key + ICMP_TYPE_AT, NativeMemory.getByte(header));
            }
        }
        int payload = Math.min(PAYLOAD_BYTES, left - bytes);
        if (payload > 0) {
            NativeMemory.copy(header + bytes, key + PAYLOAD_AT, payload);
            NativeMemory.putShortBigEndian(key + PRESENT_AT, (short) (0xFFFF << PAYLOAD_BYTES - payload));
        }
    }
}

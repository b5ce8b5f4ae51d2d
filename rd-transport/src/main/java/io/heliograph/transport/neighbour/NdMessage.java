package io.heliograph.transport.neighbour;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.wire.EthernetLayout;

/**
 * Neighbour solicitation and advertisement, RFC 4861 sections 4.3, 4.4 and 7.1.
 *
 * <pre>
 *  0 Ethernet, type 0x86dd
 * 14 version, class, flow (32) | payload length (16) | next header 58 (8) | hop limit 255 (8)
 * 22 source (128) | 38 destination (128)
 * 54 type 135 or 136 (8) | code 0 (8) | checksum (16) | 58 flags (32) | 62 target (128)
 * 78 options: type (8) | length in units of 8 bytes (8) | value
 * </pre>
 *
 * <p>Offsets are from the Ethernet header; nothing is checked but by {@link #isNeighbourDiscovery} and {@link #isWellFormed}.
 */
final class NdMessage {
    static final int SOLICITATION = 135;
    static final int ADVERTISEMENT = 136;
    static final int FRAME_BYTES = 86;

    private static final int ROUTER_SOLICITATION = 133;
    private static final int REDIRECT = 137;
    private static final int NEXT_HEADER_ICMPV6 = 58;
    private static final int HOP_LIMIT = 255;

    private static final int IP = 14;
    private static final int SOURCE = 22;
    private static final int DESTINATION = 38;
    private static final int ICMP = 54;
    private static final int FLAGS = 58;
    private static final int TARGET = 62;
    private static final int OPTIONS = 78;

    private static final int OPTION_SOURCE_LINK_LAYER = 1;
    private static final int OPTION_TARGET_LINK_LAYER = 2;
    private static final int FLAG_SOLICITED = 0x4000_0000;
    private static final int FLAG_OVERRIDE = 0x2000_0000;

    // ff02::1:ff00:0/104, RFC 4291 section 2.7.1; its Ethernet group is 33:33 and the last four bytes (RFC 2464 section
    // 7).
    private static final long SOLICITED_NODE_HIGH = 0xff02_0000_0000_0000L;
    private static final long SOLICITED_NODE_LOW = 0x0000_0001_ff00_0000L;
    private static final long GROUP_MAC = 0x3333_0000_0000L;
    private static final long ALL_NODES_LOW = 1;

    private NdMessage() {}

    /** Whether a frame of EtherType IPv6 is an ICMPv6 message of neighbour discovery (133 to 137), well-formed or not. */
    static boolean isNeighbourDiscovery(long data, int lengthBytes) {
        if (lengthBytes <= ICMP || NativeMemory.getUnsignedByte(data + IP + 6) != NEXT_HEADER_ICMPV6) {
            return false;
        }
        int type = type(data);
        return type >= ROUTER_SOLICITATION && type <= REDIRECT;
    }

    /** Whether a solicitation or advertisement passes the checks of RFC 4861 section 7.1. */
    static boolean isWellFormed(long data, int lengthBytes) {
        int payloadBytes = NativeMemory.getUnsignedShortBigEndian(data + IP + 4);
        if (NativeMemory.getUnsignedByte(data + IP) >>> 4 != 6
                || ICMP + payloadBytes > lengthBytes
                || ICMP + payloadBytes < OPTIONS
                || NativeMemory.getUnsignedByte(data + IP + 7) != HOP_LIMIT
                || NativeMemory.getUnsignedByte(data + ICMP + 1) != 0
                || isMulticast(targetHigh(data))
                || isMulticast(sourceHigh(data))
                || !optionsAreWellFormed(data, payloadBytes)
                || checksum(data, payloadBytes) != 0) {
            return false;
        }
        boolean toMulticast = isMulticast(destinationHigh(data));
        if (type(data) == ADVERTISEMENT) {
            return !isUnspecified(sourceHigh(data), sourceLow(data)) && !(toMulticast && isSolicited(data));
        }
        if (isUnspecified(sourceHigh(data), sourceLow(data))) {
            return toMulticast
                    && destinationHigh(data) == SOLICITED_NODE_HIGH
                    && destinationLow(data) >>> 24 == SOLICITED_NODE_LOW >>> 24
                    && linkLayerAddress(data) < 0;
        }
        return true;
    }

    static int type(long data) {
        return NativeMemory.getUnsignedByte(data + ICMP);
    }

    static boolean isSolicited(long data) {
        return (NativeMemory.getIntBigEndian(data + FLAGS) & FLAG_SOLICITED) != 0;
    }

    static long sourceHigh(long data) {
        return NativeMemory.getLongBigEndian(data + SOURCE);
    }

    static long sourceLow(long data) {
        return NativeMemory.getLongBigEndian(data + SOURCE + 8);
    }

    static long destinationHigh(long data) {
        return NativeMemory.getLongBigEndian(data + DESTINATION);
    }

    static long destinationLow(long data) {
        return NativeMemory.getLongBigEndian(data + DESTINATION + 8);
    }

    static long targetHigh(long data) {
        return NativeMemory.getLongBigEndian(data + TARGET);
    }

    static long targetLow(long data) {
        return NativeMemory.getLongBigEndian(data + TARGET + 8);
    }

    static boolean isMulticast(long ipHigh) {
        return ipHigh >>> 56 == 0xff;
    }

    static boolean isUnspecified(long ipHigh, long ipLow) {
        return (ipHigh | ipLow) == 0;
    }

    /** The sender's address from the option that belongs to the type, of a well-formed message; -1 if there is none. */
    static long linkLayerAddress(long data) {
        int wanted = type(data) == SOLICITATION ? OPTION_SOURCE_LINK_LAYER : OPTION_TARGET_LINK_LAYER;
        int end = ICMP + NativeMemory.getUnsignedShortBigEndian(data + IP + 4);
        for (int at = OPTIONS; at < end; at += 8 * NativeMemory.getUnsignedByte(data + at + 1)) {
            if (NativeMemory.getUnsignedByte(data + at) == wanted) {
                return Ethernet.mac(data + at + 2);
            }
        }
        return -1;
    }

    /** Asks for {@code target}: everybody of its solicited-node group, or only {@code unicastMac} if that is not negative. */
    static int writeSolicitation(
            long data, long unicastMac, long ownMac, long ownHigh, long ownLow, long targetHigh, long targetLow) {
        boolean unicast = unicastMac >= 0;
        long groupLow = SOLICITED_NODE_LOW | targetLow & 0xff_ffff;
        EthernetLayout.put(
                data, unicast ? unicastMac : GROUP_MAC | groupLow & 0xffff_ffffL, ownMac, EthernetLayout.TYPE_IPV6);
        NativeMemory.putLongBigEndian(data + DESTINATION, unicast ? targetHigh : SOLICITED_NODE_HIGH);
        NativeMemory.putLongBigEndian(data + DESTINATION + 8, unicast ? targetLow : groupLow);
        return finish(data, SOLICITATION, 0, OPTION_SOURCE_LINK_LAYER, ownMac, ownHigh, ownLow, targetHigh, targetLow);
    }

    /** Answers for our own address: to who asked, or to all nodes if who asked has no address yet. */
    static int writeAdvertisement(
            long data,
            long destinationMac,
            long destinationHigh,
            long destinationLow,
            long ownMac,
            long ownHigh,
            long ownLow) {
        boolean toAll = isUnspecified(destinationHigh, destinationLow);
        EthernetLayout.put(data, toAll ? GROUP_MAC | ALL_NODES_LOW : destinationMac, ownMac, EthernetLayout.TYPE_IPV6);
        NativeMemory.putLongBigEndian(data + DESTINATION, toAll ? SOLICITED_NODE_HIGH : destinationHigh);
        NativeMemory.putLongBigEndian(data + DESTINATION + 8, toAll ? ALL_NODES_LOW : destinationLow);
        int flags = toAll ? FLAG_OVERRIDE : FLAG_SOLICITED | FLAG_OVERRIDE;
        return finish(data, ADVERTISEMENT, flags, OPTION_TARGET_LINK_LAYER, ownMac, ownHigh, ownLow, ownHigh, ownLow);
    }

    private static int finish(
            long data,
            int type,
            int flags,
            int option,
            long ownMac,
            long ownHigh,
            long ownLow,
            long targetHigh,
            long targetLow) {
        int payloadBytes = FRAME_BYTES - ICMP;
        NativeMemory.putIntBigEndian(data + IP, 6 << 28);
        NativeMemory.putShortBigEndian(data + IP + 4, (short) payloadBytes);
        NativeMemory.putByte(data + IP + 6, (byte) NEXT_HEADER_ICMPV6);
        NativeMemory.putByte(data + IP + 7, (byte) HOP_LIMIT);
        NativeMemory.putLongBigEndian(data + SOURCE, ownHigh);
        NativeMemory.putLongBigEndian(data + SOURCE + 8, ownLow);
        NativeMemory.putIntBigEndian(data + ICMP, type << 24); // code and checksum 0
        NativeMemory.putIntBigEndian(data + FLAGS, flags);
        NativeMemory.putLongBigEndian(data + TARGET, targetHigh);
        NativeMemory.putLongBigEndian(data + TARGET + 8, targetLow);
        NativeMemory.putByte(data + OPTIONS, (byte) option);
        NativeMemory.putByte(data + OPTIONS + 1, (byte) 1);
        Ethernet.mac(data + OPTIONS + 2, ownMac);
        NativeMemory.putShortBigEndian(data + ICMP + 2, (short) checksum(data, payloadBytes));
        return FRAME_BYTES;
    }

    private static boolean optionsAreWellFormed(long data, int payloadBytes) {
        int at = OPTIONS;
        int end = ICMP + payloadBytes;
        while (at < end) {
            if (end - at < 8) {
                return false;
            }
            int option = NativeMemory.getUnsignedByte(data + at);
            int optionBytes = 8 * NativeMemory.getUnsignedByte(data + at + 1);
            boolean linkLayer = option == OPTION_SOURCE_LINK_LAYER || option == OPTION_TARGET_LINK_LAYER;
            if (optionBytes == 0 || optionBytes > end - at || linkLayer && optionBytes != 8) {
                return false;
            }
            at += optionBytes;
        }
        return true;
    }

    /** RFC 4443 section 2.3 over the pseudo-header of RFC 8200 section 8.1; 0 if the checksum that the message holds is right. */
    private static int checksum(long data, int payloadBytes) {
        long sum = (long) payloadBytes + NEXT_HEADER_ICMPV6;
        for (int i = SOURCE; i < ICMP; i += 2) {
            sum += NativeMemory.getUnsignedShortBigEndian(data + i);
        }
        int even = payloadBytes & ~1;
        for (int i = 0; i < even; i += 2) {
            sum += NativeMemory.getUnsignedShortBigEndian(data + ICMP + i);
        }
        if (even < payloadBytes) {
            sum += NativeMemory.getUnsignedByte(data + ICMP + even) << 8;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        return (int) ~sum & 0xffff;
    }
}

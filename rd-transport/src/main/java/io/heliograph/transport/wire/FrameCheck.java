package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import java.lang.foreign.Arena;

/**
 * The one checked way in: decides what a received frame is and where its parts lie, by the checks of R2.2 in their order. Nothing is read beyond
 * the frame, whatever it contains; after a positive answer the layouts may be used on it. What it found stands until the next check.
 *
 * <p>Allocates nothing and throws nothing. One thread at a time.
 */
public final class FrameCheck extends CheckedFrame {
    /** Types of neighbour solicitation and advertisement (RFC 4861 sections 4.3 and 4.4). */
    private static final int ICMP_NEIGHBOUR_SOLICITATION = 135;

    private static final int ICMP_NEIGHBOUR_ADVERTISEMENT = 136;

    private final Icrc icrc;
    private final boolean anyDestination;
    private final boolean ownIpv4;
    private final long ownHigh;
    private final long ownLow;
    private final int udpPort;

    /**
     * A check for the frames of one node.
     *
     * @param arena how long its scratch lives
     * @param own the node's address
     * @param udpPort the destination port, usually {@link UdpLayout#ROCE_V2_PORT}
     */
    public FrameCheck(Arena arena, IpAddress own, int udpPort) {
        this(arena, false, own, udpPort);
    }

    private FrameCheck(Arena arena, boolean anyDestination, IpAddress own, int udpPort) {
        this.icrc = new Icrc(arena);
        this.anyDestination = anyDestination;
        this.ownIpv4 = own.isIpv4();
        this.ownHigh = own.high();
        this.ownLow = own.low();
        this.udpPort = udpPort;
    }

    /** A check for a bystander: takes the packets for every address. */
    public static FrameCheck forAnyDestination(Arena arena, int udpPort) {
        return new FrameCheck(arena, true, IpAddress.ofIpv4(0), udpPort);
    }

    /**
     * Checks one frame.
     *
     * @param frame address of the first byte of the Ethernet header
     * @param lengthBytes bytes of the frame without FCS, all readable
     * @return a code of {@link PacketKind} or, negative, of {@link FrameDefect}
     */
    public int check(long frame, int lengthBytes) {
        frameAddress = frame;
        if (lengthBytes < EthernetLayout.LENGTH) {
            return FrameDefect.TOO_SHORT.code();
        }
        int offset = EthernetLayout.LENGTH;
        int type = EthernetLayout.type(frame);
        if (type == EthernetLayout.TYPE_VLAN) {
            if (lengthBytes < offset + VlanLayout.LENGTH) {
                return FrameDefect.TOO_SHORT.code();
            }
            type = VlanLayout.type(frame + offset);
            offset += VlanLayout.LENGTH;
        }
        l3Offset = offset;
        ipv4 = type == EthernetLayout.TYPE_IPV4;
        return switch (type) {
            case EthernetLayout.TYPE_IPV4 -> checkIpv4(frame + offset, lengthBytes - offset);
            case EthernetLayout.TYPE_IPV6 -> checkIpv6(frame + offset, lengthBytes - offset);
            case EthernetLayout.TYPE_ARP -> PacketKind.NEIGHBOUR;
            case EthernetLayout.TYPE_MAC_CONTROL -> checkMacControl(frame, lengthBytes, offset);
            default -> FrameDefect.NOT_IP.code();
        };
    }

    /** A pause is for the link: whoever it came by, and never with a tag. */
    private static int checkMacControl(long frame, int lengthBytes, int offset) {
        boolean pause = offset == EthernetLayout.LENGTH
                && lengthBytes >= PauseLayout.LENGTH
                && EthernetLayout.destination(frame) == PauseLayout.DESTINATION
                && PauseLayout.opcode(frame) == PauseLayout.OPCODE_PRIORITY_PAUSE;
        return pause ? PacketKind.PAUSE : FrameDefect.NOT_IP.code();
    }

    private int checkIpv4(long ip, int available) {
        if (available < Ipv4Layout.LENGTH) {
            return FrameDefect.TOO_SHORT.code();
        }
        if (Ipv4Layout.version(ip) != 4) {
            return FrameDefect.IP_VERSION.code();
        }
        int headerLength = Ipv4Layout.headerLength(ip);
        if (headerLength < Ipv4Layout.LENGTH) {
            return FrameDefect.IP_HEADER_LENGTH.code();
        }
        if (available < headerLength) {
            return FrameDefect.TOO_SHORT.code();
        }
        int totalLength = Ipv4Layout.totalLength(ip);
        if (totalLength < headerLength) {
            return FrameDefect.IP_TOTAL_LENGTH.code();
        }
        int answer = checkWholeIpv4(ip, headerLength, Math.min(totalLength, available));
        return whenCut(totalLength > available, answer, FrameDefect.IP_TOTAL_LENGTH);
    }

    private int checkWholeIpv4(long ip, int headerLength, int length) {
        if (InternetChecksum.sum(ip, headerLength) != 0xFFFF) {
            return FrameDefect.IP_CHECKSUM.code();
        }
        if (headerLength > Ipv4Layout.LENGTH) {
            return FrameDefect.IP_OPTIONS.code();
        }
        if (Ipv4Layout.isFragment(ip)) {
            return FrameDefect.IP_FRAGMENT.code();
        }
        if (Ipv4Layout.protocol(ip) != Ipv4Layout.PROTOCOL_UDP) {
            return FrameDefect.NOT_UDP.code();
        }
        sourceHigh = 0;
        sourceLow = IpAddress.ipv4MappedLow(Ipv4Layout.source(ip));
        boolean own = isOwn(0, IpAddress.ipv4MappedLow(Ipv4Layout.destination(ip)));
        return checkUdp(ip + Ipv4Layout.LENGTH, length - Ipv4Layout.LENGTH, own);
    }

    private int checkIpv6(long ip, int available) {
        if (available < Ipv6Layout.LENGTH) {
            return FrameDefect.TOO_SHORT.code();
        }
        if (Ipv6Layout.version(ip) != 6) {
            return FrameDefect.IP_VERSION.code();
        }
        int payload = Ipv6Layout.payloadLength(ip);
        int answer = checkWholeIpv6(ip, Math.min(payload, available - Ipv6Layout.LENGTH));
        return whenCut(payload > available - Ipv6Layout.LENGTH, answer, FrameDefect.IP_TOTAL_LENGTH);
    }

    private int checkWholeIpv6(long ip, int payload) {
        int next = Ipv6Layout.nextHeader(ip);
        if (Ipv6Layout.isExtension(next)) {
            return FrameDefect.IP_OPTIONS.code();
        }
        if (Ipv6Layout.isFragment(next)) {
            return FrameDefect.IP_FRAGMENT.code();
        }
        if (next == Ipv6Layout.NEXT_ICMP && payload > 0) {
            int type = NativeMemory.getUnsignedByte(ip + Ipv6Layout.LENGTH);
            boolean neighbour = type == ICMP_NEIGHBOUR_SOLICITATION || type == ICMP_NEIGHBOUR_ADVERTISEMENT;
            return neighbour ? PacketKind.NEIGHBOUR : FrameDefect.NOT_UDP.code();
        }
        if (next != Ipv4Layout.PROTOCOL_UDP) {
            return FrameDefect.NOT_UDP.code();
        }
        sourceHigh = Ipv6Layout.sourceHigh(ip);
        sourceLow = Ipv6Layout.sourceLow(ip);
        boolean own = isOwn(Ipv6Layout.destinationHigh(ip), Ipv6Layout.destinationLow(ip));
        // RFC 4291 section 2.5.5.2: such addresses are for programs, not for the wire; an IPv4 node has no other.
        boolean mapped = ownIpv4 || sourceHigh == 0 && sourceLow >>> 32 == 0xFFFF;
        own &= anyDestination || !mapped;
        return checkUdp(ip + Ipv6Layout.LENGTH, payload, own);
    }

    private boolean isOwn(long high, long low) {
        return (low == ownLow && high == ownHigh) || anyDestination;
    }

    private int checkUdp(long udp, int available, boolean own) {
        if (available < UdpLayout.LENGTH) {
            return FrameDefect.TOO_SHORT.code();
        }
        if (UdpLayout.destinationPort(udp) != udpPort) {
            return FrameDefect.WRONG_PORT.code();
        }
        if (!own) {
            return FrameDefect.WRONG_ADDRESS.code();
        }
        int udpLength = UdpLayout.lengthBytes(udp);
        if (udpLength < available) {
            return FrameDefect.UDP_LENGTH.code();
        }
        entropy = UdpLayout.sourcePort(udp);
        bthAddress = udp + UdpLayout.LENGTH;
        transportBytes = available - UdpLayout.LENGTH;
        int answer = checkTransport(bthAddress, transportBytes);
        return whenCut(udpLength > available, answer, FrameDefect.UDP_LENGTH);
    }

    /** A length that promises more than there is makes a defect, unless it is left over from before a switch cut a data packet. */
    private static int whenCut(boolean cut, int answer, FrameDefect defect) {
        return cut && answer != PacketKind.DATA_TRIMMED ? defect.code() : answer;
    }

    private int checkTransport(long bth, int available) {
        if (available < BthLayout.LENGTH) {
            return FrameDefect.TOO_SHORT.code();
        }
        return switch (BthLayout.opcode(bth)) {
            case Opcode.WRITE -> checkData(bth, available, false);
            case Opcode.WRITE_IMMEDIATE -> checkData(bth, available, true);
            case Opcode.SACK -> checkControl(bth, available, PacketKind.SACK, SackLayout.OFFSET + SackLayout.LENGTH);
            case Opcode.NACK -> checkControl(bth, available, PacketKind.NACK, NackLayout.OFFSET + NackLayout.LENGTH);
            case Opcode.PROBE ->
                checkControl(bth, available, PacketKind.PROBE, ProbeLayout.OFFSET + ProbeLayout.LENGTH);
            default -> FrameDefect.UNKNOWN_OPCODE.code();
        };
    }

    private int checkData(long bth, int available, boolean immediate) {
        int headers = immediate ? PacketSize.DATA_IMMEDIATE_HEADERS : PacketSize.DATA_HEADERS;
        if (available < headers) {
            return FrameDefect.TOO_SHORT.code();
        }
        if (BthLayout.version(bth) != 0) {
            return FrameDefect.BAD_VERSION.code();
        }
        int flags = AinicLayout.flags(bth);
        boolean isVoid = (flags & AinicLayout.VOID) != 0;
        if ((flags & AinicLayout.RESERVED_FLAGS) != 0 || (isVoid && immediate)) {
            return FrameDefect.RESERVED_FLAGS.code();
        }
        if (AinicLayout.messagePackets(bth) == 0) {
            return FrameDefect.ZERO_PACKETS.code();
        }
        long dmaLength = RethLayout.dmaLength(bth) & 0xFFFF_FFFFL;
        int pad = BthLayout.pad(bth);
        if (pad != PacketSize.pad((int) dmaLength)) {
            return FrameDefect.BAD_PAD.code();
        }
        long wanted = headers + dmaLength + pad + Icrc.LENGTH;
        if (wanted < available || wanted > PacketSize.MAX_UDP_PAYLOAD || (isVoid && dmaLength != 0)) {
            return FrameDefect.DMA_LENGTH.code();
        }
        identityAddress = IdentityLayout.ofData(bth);
        payloadAddress = bth + headers;
        if (wanted > available) {
            payloadLength = 0;
            return PacketKind.DATA_TRIMMED;
        }
        payloadLength = (int) dmaLength;
        return checkIcrc(bth, available) ? PacketKind.DATA : FrameDefect.BAD_ICRC.code();
    }

    private int checkControl(long bth, int available, int kind, int headers) {
        int wanted = headers + Icrc.LENGTH;
        if (available < wanted) {
            return FrameDefect.TOO_SHORT.code();
        }
        if (BthLayout.version(bth) != 0) {
            return FrameDefect.BAD_VERSION.code();
        }
        if (BthLayout.pad(bth) != 0) {
            return FrameDefect.BAD_PAD.code();
        }
        if (available > wanted) {
            return FrameDefect.UDP_LENGTH.code();
        }
        identityAddress = IdentityLayout.ofControl(bth);
        payloadLength = 0;
        return checkIcrc(bth, available) ? kind : FrameDefect.BAD_ICRC.code();
    }

    private boolean checkIcrc(long bth, int available) {
        long ip = frameAddress + l3Offset;
        long icrcAddress = bth + available - Icrc.LENGTH;
        return icrc.compute(ip, ipv4, (int) (icrcAddress - ip)) == Icrc.get(icrcAddress);
    }
}

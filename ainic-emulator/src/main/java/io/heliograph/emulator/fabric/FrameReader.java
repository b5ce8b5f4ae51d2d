package io.heliograph.emulator.fabric;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.wire.BthLayout;
import io.heliograph.transport.wire.EthernetLayout;
import io.heliograph.transport.wire.Ipv4Layout;
import io.heliograph.transport.wire.Ipv6Layout;
import io.heliograph.transport.wire.Opcode;
import io.heliograph.transport.wire.PauseLayout;
import io.heliograph.transport.wire.RethLayout;
import io.heliograph.transport.wire.UdpLayout;

/**
 * Reads a frame once, where a host hands it to its link, and writes down beside it what switches need: see {@link FabricFrame}.
 *
 * <p>A frame goes where its IP destination says; one without IP where its Ethernet destination says. Its class is the class selector of its DSCP (RFC 2474 section 4.2.2), 0 without IP.
 * Switches do not rewrite Ethernet addresses and hop limits: the fabric is one subnet.
 */
final class FrameReader {
    private static final int UDP_DESTINATION_PORT = 4791;
    private static final int ECN_MASK = 3;
    private static final int CLASS_SHIFT = 5;
    private static final int URGENT_CLASS = 7;

    private final WireAccounting accounting;
    private final int hosts;
    private long read;

    FrameReader(WireAccounting accounting, int hosts) {
        this.accounting = accounting;
        this.hosts = hosts;
    }

    /** How many frames were read. */
    long count() {
        return read;
    }

    /** Reads a frame; with {@code setEcnCapable}, makes a data packet one that may be marked. */
    void read(long frame, boolean setEcnCapable) {
        long data = Frame.dataAddress(frame);
        int lengthBytes = Frame.lengthBytes(frame);
        FabricFrame.id(frame, ++read);
        FabricFrame.payloadBytes(frame, 0);
        FabricFrame.ipOffset(frame, 0);
        FabricFrame.flowHash(frame, 0);
        FabricFrame.trafficClass(frame, 0);
        FabricFrame.flags(frame, 0);
        int etherType = EthernetLayout.type(data);
        if (etherType == EthernetLayout.TYPE_IPV4 && lengthBytes >= EthernetLayout.LENGTH + Ipv4Layout.LENGTH) {
            readIpv4(frame, data + EthernetLayout.LENGTH, lengthBytes - EthernetLayout.LENGTH, setEcnCapable);
        } else if (etherType == EthernetLayout.TYPE_IPV6 && lengthBytes >= EthernetLayout.LENGTH + Ipv6Layout.LENGTH) {
            readIpv6(frame, data + EthernetLayout.LENGTH, lengthBytes - EthernetLayout.LENGTH, setEcnCapable);
        } else {
            FabricFrame.destination(frame, HostAddresses.hostOfMac(EthernetLayout.destination(data), hosts));
            if (etherType == EthernetLayout.TYPE_MAC_CONTROL
                    && EthernetLayout.destination(data) == PauseLayout.DESTINATION
                    && lengthBytes >= PauseLayout.FRAME_BYTES) {
                FabricFrame.flags(frame, FabricFrame.PAUSE);
                FabricFrame.trafficClass(frame, URGENT_CLASS);
            }
        }
        boolean isData = FabricFrame.is(frame, FabricFrame.DATA);
        FabricFrame.wireBytes(
                frame,
                isData
                        ? accounting.dataFrame(lengthBytes, FabricFrame.payloadBytes(frame))
                        : accounting.otherFrame(lengthBytes));
    }

    /** What a data packet takes of a line once it is cut to some bytes. */
    int trimmedWireBytes(int lengthBytes) {
        return accounting.otherFrame(lengthBytes);
    }

    /** Writes down what is known of a pause frame that a switch made. */
    void describePause(long frame) {
        FabricFrame.id(frame, 0);
        FabricFrame.payloadBytes(frame, 0);
        FabricFrame.ipOffset(frame, 0);
        FabricFrame.flowHash(frame, 0);
        FabricFrame.destination(frame, -1);
        FabricFrame.trafficClass(frame, URGENT_CLASS);
        FabricFrame.flags(frame, FabricFrame.PAUSE);
        FabricFrame.wireBytes(frame, accounting.otherFrame(Frame.lengthBytes(frame)));
    }

    private void readIpv4(long frame, long ip, int ipBytes, boolean setEcnCapable) {
        FabricFrame.ipOffset(frame, EthernetLayout.LENGTH);
        FabricFrame.destination(frame, HostAddresses.hostOfIpv4(Ipv4Layout.destination(ip), hosts));
        int typeOfService = Ipv4Layout.typeOfService(ip);
        FabricFrame.trafficClass(frame, typeOfService >>> CLASS_SHIFT);
        long addresses = (long) Ipv4Layout.source(ip) << 32 | Ipv4Layout.destination(ip) & 0xFFFF_FFFFL;
        int headerBytes = Ipv4Layout.headerLength(ip);
        boolean isUdp = Ipv4Layout.protocol(ip) == Ipv4Layout.PROTOCOL_UDP && !Ipv4Layout.isFragment(ip);
        readUdp(frame, ip + headerBytes, isUdp ? ipBytes - headerBytes : 0, addresses, Ipv4Layout.protocol(ip));
        readEcn(frame, typeOfService, setEcnCapable);
    }

    private void readIpv6(long frame, long ip, int ipBytes, boolean setEcnCapable) {
        FabricFrame.ipOffset(frame, EthernetLayout.LENGTH);
        FabricFrame.destination(
                frame, HostAddresses.hostOfIpv6(Ipv6Layout.destinationHigh(ip), Ipv6Layout.destinationLow(ip), hosts));
        int trafficClass = Ipv6Layout.trafficClass(ip);
        FabricFrame.trafficClass(frame, trafficClass >>> CLASS_SHIFT);
        long addresses = mix(Ipv6Layout.sourceHigh(ip) ^ mix(Ipv6Layout.sourceLow(ip)))
                ^ Ipv6Layout.destinationHigh(ip)
                ^ Ipv6Layout.destinationLow(ip) << 1;
        boolean isUdp = Ipv6Layout.nextHeader(ip) == Ipv4Layout.PROTOCOL_UDP;
        readUdp(
                frame,
                ip + Ipv6Layout.LENGTH,
                isUdp ? ipBytes - Ipv6Layout.LENGTH : 0,
                addresses,
                Ipv6Layout.nextHeader(ip));
        readEcn(frame, trafficClass, setEcnCapable);
    }

    /** The destination port of a UDP packet that was read; -1 if it is none. */
    static int udpDestinationPort(long frame) {
        int offset = FabricFrame.ipOffset(frame);
        long ip = Frame.dataAddress(frame) + offset;
        int bytes = Frame.lengthBytes(frame) - offset;
        if (offset == 0 || bytes < Ipv6Layout.LENGTH + UdpLayout.LENGTH) {
            // A UDP packet that short over IPv4 has 12 bytes of payload at most: nothing that is steered.
            return -1;
        }
        boolean isIpv4 = EthernetLayout.type(Frame.dataAddress(frame)) == EthernetLayout.TYPE_IPV4;
        int protocol = isIpv4 ? Ipv4Layout.protocol(ip) : Ipv6Layout.nextHeader(ip);
        if (protocol != Ipv4Layout.PROTOCOL_UDP || isIpv4 && Ipv4Layout.isFragment(ip)) {
            return -1;
        }
        int headerBytes = isIpv4 ? Ipv4Layout.headerLength(ip) : Ipv6Layout.LENGTH;
        return headerBytes + UdpLayout.LENGTH > bytes ? -1 : UdpLayout.destinationPort(ip + headerBytes);
    }

    /** The flow hash of UDP packets over IPv4. */
    static int flowHash(int source, int destination, int sourcePort, int destinationPort) {
        long addresses = (long) source << 32 | destination & 0xFFFF_FFFFL;
        // As the header's first four bytes are read: in the machine's order.
        long ports = Integer.reverseBytes(sourcePort << 16 | destinationPort) & 0xFFFF_FFFFL;
        return flowHash(addresses, ports, Ipv4Layout.PROTOCOL_UDP);
    }

    private static int flowHash(long addresses, long ports, int protocol) {
        return (int) (mix(mix(addresses) ^ ports << 8 ^ protocol) >>> 32);
    }

    /** The UDP header and behind it, as far as {@code bytes} reach; 0 if this is not UDP. */
    private static void readUdp(long frame, long udp, int bytes, long addresses, int protocol) {
        long ports = 0;
        if (bytes >= UdpLayout.LENGTH) {
            ports = NativeMemory.getInt(udp) & 0xFFFF_FFFFL;
            long bth = udp + UdpLayout.LENGTH;
            if (UdpLayout.destinationPort(udp) == UDP_DESTINATION_PORT
                    && bytes >= UdpLayout.LENGTH + RethLayout.OFFSET + RethLayout.LENGTH
                    && Opcode.isData(BthLayout.opcode(bth))) {
                FabricFrame.flags(frame, FabricFrame.DATA);
                FabricFrame.payloadBytes(frame, RethLayout.dmaLength(bth));
            }
        }
        FabricFrame.flowHash(frame, flowHash(addresses, ports, protocol));
    }

    private static void readEcn(long frame, int typeOfService, boolean setEcnCapable) {
        int flags = FabricFrame.flags(frame);
        if ((typeOfService & ECN_MASK) != 0) {
            FabricFrame.flags(frame, flags | FabricFrame.ECN_CAPABLE);
        } else if (setEcnCapable && (flags & FabricFrame.DATA) != 0) {
            IpEdits.typeOfService(frame, typeOfService | IpEdits.ECT_0);
            FabricFrame.flags(frame, flags | FabricFrame.ECN_CAPABLE);
        }
    }

    /** Spreads bits: the finaliser of SplitMix64 (Steele et al., OOPSLA 2014). */
    static long mix(long bits) {
        long z = bits + 0x9e37_79b9_7f4a_7c15L;
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }
}

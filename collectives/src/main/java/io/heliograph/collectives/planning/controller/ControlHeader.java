package io.heliograph.collectives.planning.controller;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.wire.Ethernet;
import io.heliograph.transport.wire.EthernetLayout;
import io.heliograph.transport.wire.Ipv4Header;
import io.heliograph.transport.wire.Ipv4Layout;
import io.heliograph.transport.wire.Ipv6Header;
import io.heliograph.transport.wire.Ipv6Layout;
import io.heliograph.transport.wire.UdpFrame;
import io.heliograph.transport.wire.UdpHeader;
import io.heliograph.transport.wire.UdpLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What a node's packets to its controller begin with: Ethernet, IP and UDP. One thread; only the constructor allocates. */
final class ControlHeader {
    private static final int HOP_LIMIT = 64;
    /** Reports, and so the grants that answer them, overtake data that waits (C2): the class selector of control packets (RFC 2474 section 4.2.2). */
    private static final int CLASS_SELECTOR = Tunables.CONTROL_TRAFFIC_CLASS << 5;

    private final ControlFrames frames;
    private final IpAddress controller;
    private final int udpPort;
    private final boolean ipv4;
    private final long address;
    private final long ownMac;
    private long controllerMac = -1;

    /**
     * A header from one address to another.
     *
     * @param frames what the packets go by
     * @param port what {@code frames} go by
     * @param controller of the same family as {@code own}
     * @param udpPort of both ends
     * @throws IllegalArgumentException if the families differ
     */
    ControlHeader(ControlFrames frames, Port port, IpAddress own, IpAddress controller, int udpPort, Arena arena) {
        if (own.isIpv4() != controller.isIpv4()) {
            throw new IllegalArgumentException(
                    "addresses of different families: own=" + own + " controller=" + controller);
        }
        this.frames = frames;
        this.controller = controller;
        this.udpPort = udpPort;
        ipv4 = own.isIpv4();
        ownMac = port.info().macAddress().value();
        MemorySegment header = arena.allocate(ControlFrames.MAX_HEADER_BYTES, Long.BYTES);
        address = header.address();
        emit(header, own);
    }

    private void emit(MemorySegment header, IpAddress own) {
        new Ethernet(new MacAddress(0), new MacAddress(ownMac), etherType()).emit(header, 0);
        int offset = EthernetLayout.LENGTH;
        if (ipv4) {
            new Ipv4Header(
                            CLASS_SELECTOR,
                            0,
                            0,
                            Ipv4Layout.DONT_FRAGMENT,
                            HOP_LIMIT,
                            Ipv4Layout.PROTOCOL_UDP,
                            0,
                            own,
                            controller)
                    .emit(header, offset);
            offset += Ipv4Layout.LENGTH;
        } else {
            new Ipv6Header(CLASS_SELECTOR, 0, 0, Ipv4Layout.PROTOCOL_UDP, HOP_LIMIT, own, controller)
                    .emit(header, offset);
            offset += Ipv6Layout.LENGTH;
        }
        new UdpHeader(udpPort, udpPort, 0, 0).emit(header, offset);
    }

    private int etherType() {
        return ipv4 ? EthernetLayout.TYPE_IPV4 : EthernetLayout.TYPE_IPV6;
    }

    /**
     * Begins a packet.
     *
     * @param lengthBytes of the UDP payload
     * @return address of the payload; {@link ControlSender#NO_ROOM} also while it is not known where to: as if this one were lost
     */
    long begin(int lengthBytes) {
        long mac = frames.macOf(controller);
        if (mac < 0) {
            return ControlSender.NO_ROOM;
        }
        if (mac != controllerMac) {
            controllerMac = mac;
            EthernetLayout.put(address, mac, ownMac, etherType());
        }
        return frames.begin(address, ControlFrames.headerBytes(ipv4), ipv4, lengthBytes);
    }

    /** Whether a packet says that it comes from the controller. */
    boolean isAnswered(UdpFrame udp) {
        return UdpLayout.sourcePort(udp.udp()) == udpPort
                && udp.sourceHigh() == controller.high()
                && udp.sourceLow() == controller.low();
    }
}

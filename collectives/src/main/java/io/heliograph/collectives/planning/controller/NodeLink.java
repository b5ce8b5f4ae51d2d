package io.heliograph.collectives.planning.controller;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.RandomSource;
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

/**
 * A {@link GrantedNode} at a port that it has for itself, such as one of a NIC's queues.
 *
 * <p>One thread; {@link #poll} allocates nothing. The port stays the caller's to close.
 */
public final class NodeLink {
    private static final int HOP_LIMIT = 64;
    /** Reports, and so the grants that answer them, overtake data that waits (C2): the class selector of control packets (RFC 2474 section 4.2.2). */
    private static final int CLASS_SELECTOR = Tunables.CONTROL_TRAFFIC_CLASS << 5;

    private final ControlFrames frames;
    private final ControlFrames.Handler handler = this::onPacket;
    private final GrantedNode node;
    private final IpAddress controller;
    private final int udpPort;
    private final boolean ipv4;
    private final MemorySegment header;
    private final long ownMac;
    private long controllerMac = -1;

    /**
     * A node that begins its life.
     *
     * @param own its address
     * @param controller of the same family
     * @param udpPort of the controller; the node's own is the same
     * @param number of the node
     * @param arena owns what it needs; closed after the last call
     * @param nowNs as for {@link GrantedNode}
     * @throws IllegalArgumentException if the families differ, the port's packets are too short, or there is no such node
     */
    public NodeLink(
            Port port,
            IpAddress own,
            IpAddress controller,
            int udpPort,
            ControllerConfig config,
            int number,
            RandomSource random,
            Arena arena,
            long nowNs) {
        if (own.isIpv4() != controller.isIpv4()) {
            throw new IllegalArgumentException(
                    "addresses of different families: own=" + own + " controller=" + controller);
        }
        frames = new ControlFrames(port, own, arena, nowNs);
        this.controller = controller;
        this.udpPort = udpPort;
        ipv4 = own.isIpv4();
        ownMac = port.info().macAddress().value();
        header = arena.allocate(ControlFrames.MAX_HEADER_BYTES, Long.BYTES);
        emit(own);
        node = new GrantedNode(config, number, new Sender(), random, nowNs);
    }

    private void emit(IpAddress own) {
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

    private final class Sender implements ControlSender {
        @Override
        public long begin(int peer, int lengthBytes) {
            long mac = frames.macOf(controller);
            if (mac < 0) {
                // The first report goes when it is known where to: as if this one were lost.
                return NO_ROOM;
            }
            if (mac != controllerMac) {
                controllerMac = mac;
                EthernetLayout.put(header.address(), mac, ownMac, etherType());
            }
            return frames.begin(header.address(), ControlFrames.headerBytes(ipv4), ipv4, lengthBytes);
        }

        @Override
        public void end() {
            frames.end();
        }
    }

    /** What it has to send, and its counters. */
    public GrantedNode node() {
        return node;
    }

    /** Frames that were no intact UDP packets to this address. */
    public long foreignFrames() {
        return frames.foreign();
    }

    /**
     * Takes what arrived, reports if it is time to, and says what may be sent now.
     *
     * @param nowNs time of the clock that all share
     * @return as {@link GrantedNode#poll}
     */
    public int poll(long nowNs) {
        frames.receive(handler, nowNs);
        int destination = node.poll(nowNs);
        frames.flush();
        return destination;
    }

    private void onPacket(long frame, UdpFrame udp, long nowNs) {
        if (UdpLayout.sourcePort(udp.udp()) == udpPort
                && udp.sourceHigh() == controller.high()
                && udp.sourceLow() == controller.low()) {
            node.onPacket(udp.payload(), udp.payloadBytes(), nowNs);
        }
    }

    /** Returns frames that were not sent to the port; after the last call. */
    public void close() {
        frames.close();
    }
}

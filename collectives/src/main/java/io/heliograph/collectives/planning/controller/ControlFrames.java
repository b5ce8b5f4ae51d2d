package io.heliograph.collectives.planning.controller;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.neighbour.Neighbours;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.wire.EthernetLayout;
import io.heliograph.transport.wire.Ipv4Layout;
import io.heliograph.transport.wire.Ipv6Layout;
import io.heliograph.transport.wire.UdpFrame;
import io.heliograph.transport.wire.UdpLayout;
import io.heliograph.transport.wire.UdpPacket;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/** UDP packets over a port that nobody else uses, of which each begins with a header that was laid out before. One thread; only the constructor allocates. */
final class ControlFrames {
    /** Takes packets. */
    interface Handler {
        /** A whole UDP packet to this address, with right checksums. */
        void onPacket(long frame, UdpFrame udp, long nowNs);
    }

    /** The longest header: Ethernet, VLAN, IPv6, UDP, and up to a multiple of eight. */
    static final int MAX_HEADER_BYTES = 72;

    /** What a report may need (C3). */
    static final int LEAST_MTU_BYTES = 1280;

    private static final int BURST_FRAMES = 32;

    private final Port port;
    private final IpAddress own;
    private final Burst out;
    private final Burst in;
    private final Burst spare;
    private final UdpFrame udp = new UdpFrame();
    private final @Nullable Neighbours neighbours;
    private long begun;
    private int begunHeaderBytes;
    private int begunPayloadBytes;
    private boolean begunIpv4;
    private long foreign;

    /**
     * Packets to and from one address.
     *
     * @param arena owns what is needed
     * @throws IllegalArgumentException if the port's packets are too short for reports
     */
    ControlFrames(Port port, IpAddress own, Arena arena, long nowNs) {
        if (port.info().mtuBytes() < LEAST_MTU_BYTES) {
            throw new IllegalArgumentException(
                    "controller: mtuBytes=" + port.info().mtuBytes() + " of port "
                            + port.info().name() + "; at least " + LEAST_MTU_BYTES + " are needed");
        }
        this.port = port;
        this.own = own;
        out = new Burst(arena, BURST_FRAMES);
        in = new Burst(arena, BURST_FRAMES);
        spare = new Burst(arena, 1);
        neighbours = port.info().resolvesNeighbours()
                ? new Neighbours(port.info().macAddress(), own, BURST_FRAMES, nowNs)
                : null;
    }

    /** The Ethernet address of a neighbour; below 0 while it is not known ({@link Neighbours#macOf}), 0 where the port needs none. */
    long macOf(IpAddress address) {
        return neighbours == null ? 0 : neighbours.macOf(address.high(), address.low());
    }

    /**
     * Begins a packet.
     *
     * @param header address of Ethernet to UDP
     * @return address of the payload, or {@link ControlSender#NO_ROOM}
     */
    long begin(long header, int headerBytes, boolean isIpv4, int payloadBytes) {
        if (out.remaining() == 0) {
            flush();
        }
        if (out.remaining() == 0 || port.allocate(out, 1) == 0) {
            return ControlSender.NO_ROOM;
        }
        begun = out.frame(out.size() - 1);
        begunHeaderBytes = headerBytes;
        begunPayloadBytes = payloadBytes;
        begunIpv4 = isIpv4;
        long data = Frame.dataAddress(begun);
        NativeMemory.copy(header, data, headerBytes);
        return data + headerBytes;
    }

    /** The payload is written. */
    void end() {
        int ipBytes = begunIpv4 ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH;
        long ip = Frame.dataAddress(begun) + begunHeaderBytes - UdpLayout.LENGTH - ipBytes;
        UdpPacket.complete(ip, begunIpv4, begunPayloadBytes);
        Frame.lengthBytes(begun, begunHeaderBytes + begunPayloadBytes);
    }

    /** Hands out what arrived, and answers those who look for this address. */
    void receive(Handler handler, long nowNs) {
        int count = port.receive(in);
        for (int i = 0; i < count; i++) {
            take(in.frame(i), handler, nowNs);
        }
        if (count > 0) {
            port.release(in);
        }
        if (neighbours != null && neighbours.nextDeadlineNs() - nowNs <= 0) {
            talk(neighbours, nowNs);
        }
    }

    private void take(long frame, Handler handler, long nowNs) {
        long data = Frame.dataAddress(frame);
        int lengthBytes = Frame.lengthBytes(frame);
        int kind = udp.parse(data, lengthBytes);
        if (kind == UdpFrame.UDP
                && udp.destinationHigh() == own.high()
                && udp.destinationLow() == own.low()
                && UdpPacket.isIntact(udp.ip(), udp.isIpv4())) {
            handler.onPacket(data, udp, nowNs);
        } else if (neighbours == null || kind != UdpFrame.OTHER || !neighbours.onFrame(data, lengthBytes)) {
            foreign++;
        }
    }

    private void talk(Neighbours table, long nowNs) {
        if (port.allocate(spare, 1) == 0) {
            return;
        }
        int lengthBytes = table.poll(nowNs, Frame.dataAddress(spare.frame(0)));
        if (lengthBytes > 0) {
            Frame.lengthBytes(spare.frame(0), lengthBytes);
            port.send(spare);
        }
        if (spare.size() > 0) {
            port.release(spare);
        }
    }

    /** Sends what is to be sent, as far as the port takes it. */
    void flush() {
        if (out.size() > 0) {
            port.send(out);
        }
    }

    /** Frames that were no intact UDP packets to this address. */
    long foreign() {
        return foreign;
    }

    /** Returns frames that were not sent to the port. */
    void close() {
        if (out.size() > 0) {
            port.release(out);
        }
    }

    /** Bytes before the payload of a packet without VLAN. */
    static int headerBytes(boolean isIpv4) {
        return EthernetLayout.LENGTH + (isIpv4 ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH) + UdpLayout.LENGTH;
    }
}

package io.heliograph.offload.query;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.neighbour.Neighbours;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
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
import io.heliograph.transport.wire.UdpPacket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server over a port, which it has for itself: a query is a packet, and so is its answer. It neither waits nor sends again: what is lost stays unanswered.
 *
 * <p>Source ports take turns, so that a server's device may spread queries over its queues. One thread; {@link #send} and {@link #poll} allocate
 * nothing. The port stays the caller's to close.
 */
public final class QueryClient {
    /** The query is under way, or will be with the next {@link #poll}. */
    public static final int OK = 0;

    /** The port has no room: poll, and try again. */
    public static final int BACKED_UP = -1;

    /** The server's Ethernet address is being asked for: poll, and try again. */
    public static final int UNRESOLVED = -2;

    /** Nobody answers for the server's address. */
    public static final int UNREACHABLE = -3;

    /** The query does not fit in a packet. */
    public static final int TOO_LONG = -4;

    /** Takes answers during {@link #poll}. */
    @FunctionalInterface
    public interface ReplyHandler {
        /**
         * Looks at one; {@link ReplyLayout} reads it.
         *
         * @param reply its address, for the duration of the call
         */
        void onReply(long reply, int lengthBytes);
    }

    /** The first of the dynamic ports. */
    private static final int FIRST_SOURCE_PORT = 0xC000;

    private static final int SOURCE_PORTS = 64;
    private static final int BURST_FRAMES = 32;
    private static final int HOP_LIMIT = 64;
    private static final int TEMPLATE_BYTES = 64;

    private final Port port;
    private final IpAddress own;
    private final IpAddress server;
    private final int udpPort;
    private final boolean ipv4;
    private final int headerBytes;
    private final long template;
    private final Burst out;
    private final Burst in;
    private final Burst spare;
    private final UdpFrame udp = new UdpFrame();
    private final @Nullable Neighbours neighbours;
    private long serverMac;
    private int turn;
    private long foreign;

    /**
     * A client.
     *
     * @param own this node's address
     * @param server of the same family
     * @param udpPort that the server takes queries at
     * @param arena owns what it needs; closed after the last call
     * @throws IllegalArgumentException if the families differ
     */
    public QueryClient(Port port, IpAddress own, IpAddress server, int udpPort, Arena arena, long nowNs) {
        if (own.isIpv4() != server.isIpv4()) {
            throw new IllegalArgumentException("addresses of different families: own=" + own + " server=" + server);
        }
        this.port = port;
        this.own = own;
        this.server = server;
        this.udpPort = udpPort;
        ipv4 = own.isIpv4();
        headerBytes = EthernetLayout.LENGTH + (ipv4 ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH) + UdpLayout.LENGTH;
        out = new Burst(arena, BURST_FRAMES);
        in = new Burst(arena, BURST_FRAMES);
        spare = new Burst(arena, 1);
        boolean asks = port.info().resolvesNeighbours();
        neighbours = asks ? new Neighbours(port.info().macAddress(), own, BURST_FRAMES, nowNs) : null;
        serverMac = asks ? Neighbours.UNRESOLVED : 0;
        MemorySegment header = arena.allocate(TEMPLATE_BYTES, Long.BYTES);
        emit(header);
        template = header.address();
    }

    private void emit(MemorySegment header) {
        int type = ipv4 ? EthernetLayout.TYPE_IPV4 : EthernetLayout.TYPE_IPV6;
        new Ethernet(new MacAddress(0), port.info().macAddress(), type).emit(header, 0);
        int offset = EthernetLayout.LENGTH;
        if (ipv4) {
            new Ipv4Header(0, 0, 0, Ipv4Layout.DONT_FRAGMENT, HOP_LIMIT, Ipv4Layout.PROTOCOL_UDP, 0, own, server)
                    .emit(header, offset);
            offset += Ipv4Layout.LENGTH;
        } else {
            new Ipv6Header(0, 0, 0, Ipv4Layout.PROTOCOL_UDP, HOP_LIMIT, own, server).emit(header, offset);
            offset += Ipv6Layout.LENGTH;
        }
        new UdpHeader(FIRST_SOURCE_PORT, udpPort, 0, 0).emit(header, offset);
    }

    /**
     * Sends a query; it leaves with the next {@link #poll} at the latest.
     *
     * @param flags {@link QueryLayout#STEPPED} or 0
     * @param queryId comes back in the answer
     * @param activations address of the first
     * @return {@link #OK} or a negative code
     */
    public int send(int model, int flags, long queryId, long activations, int count) {
        int payloadBytes = QueryLayout.HEADER + count;
        if (headerBytes - EthernetLayout.LENGTH + payloadBytes > port.info().mtuBytes()) {
            return TOO_LONG;
        }
        int resolved = resolve();
        if (resolved != OK) {
            return resolved;
        }
        if (out.remaining() == 0) {
            flush();
        }
        if (out.remaining() == 0 || port.allocate(out, 1) == 0) {
            return BACKED_UP;
        }
        long frame = out.frame(out.size() - 1);
        long data = Frame.dataAddress(frame);
        NativeMemory.copy(template, data, headerBytes);
        EthernetLayout.put(
                data,
                serverMac,
                port.info().macAddress().value(),
                ipv4 ? EthernetLayout.TYPE_IPV4 : EthernetLayout.TYPE_IPV6);
        long query = data + headerBytes;
        turn = turn + 1 & SOURCE_PORTS - 1;
        UdpPacket.putPorts(query - UdpLayout.LENGTH, FIRST_SOURCE_PORT + turn, udpPort);
        QueryLayout.put(query, model, flags, queryId);
        NativeMemory.copy(activations, QueryLayout.activations(query), count);
        UdpPacket.complete(data + EthernetLayout.LENGTH, ipv4, payloadBytes);
        Frame.lengthBytes(frame, headerBytes + payloadBytes);
        return OK;
    }

    private int resolve() {
        if (serverMac >= 0 || neighbours == null) {
            return OK;
        }
        serverMac = neighbours.macOf(server.high(), server.low());
        return serverMac >= 0 ? OK : serverMac == Neighbours.UNREACHABLE ? UNREACHABLE : UNRESOLVED;
    }

    /**
     * Sends what is to be sent and hands out what arrived.
     *
     * @param nowNs monotonic time
     * @return answers handed out
     */
    public int poll(ReplyHandler handler, long nowNs) {
        flush();
        int answers = 0;
        int count = port.receive(in);
        for (int i = 0; i < count; i++) {
            answers += take(in.frame(i), handler);
        }
        if (count > 0) {
            port.release(in);
        }
        if (neighbours != null && neighbours.nextDeadlineNs() - nowNs <= 0) {
            talk(neighbours, nowNs);
        }
        return answers;
    }

    private int take(long frame, ReplyHandler handler) {
        long data = Frame.dataAddress(frame);
        int lengthBytes = Frame.lengthBytes(frame);
        int kind = udp.parse(data, lengthBytes);
        if (kind == UdpFrame.UDP && isReply()) {
            handler.onReply(udp.payload(), udp.payloadBytes());
            return 1;
        }
        if (neighbours == null || kind != UdpFrame.OTHER || !neighbours.onFrame(data, lengthBytes)) {
            foreign++;
        }
        return 0;
    }

    private boolean isReply() {
        int to = udp.destinationPort();
        return to >= FIRST_SOURCE_PORT
                && to < FIRST_SOURCE_PORT + SOURCE_PORTS
                && UdpLayout.sourcePort(udp.udp()) == udpPort
                && udp.destinationHigh() == own.high()
                && udp.destinationLow() == own.low()
                && udp.sourceHigh() == server.high()
                && udp.sourceLow() == server.low()
                && UdpPacket.isIntact(udp.ip(), udp.isIpv4())
                && ReplyLayout.isReply(udp.payload(), udp.payloadBytes());
    }

    private void talk(Neighbours table, long nowNs) {
        if (port.allocate(spare, 1) == 0) {
            return;
        }
        long frame = spare.frame(0);
        int lengthBytes = table.poll(nowNs, Frame.dataAddress(frame));
        if (lengthBytes > 0) {
            Frame.lengthBytes(frame, lengthBytes);
            port.send(spare);
        }
        if (spare.size() > 0) {
            port.release(spare);
        }
        if (serverMac >= 0) {
            // It may have moved.
            long mac = table.macOf(server.high(), server.low());
            serverMac = mac >= 0 ? mac : serverMac;
        }
    }

    private void flush() {
        if (out.size() > 0) {
            port.send(out);
        }
    }

    /** Frames that were no answers to this client. */
    public long foreignFrames() {
        return foreign;
    }

    /** Returns frames that were not sent to the port; after the last call. */
    public void close() {
        if (out.size() > 0) {
            port.release(out);
        }
    }
}

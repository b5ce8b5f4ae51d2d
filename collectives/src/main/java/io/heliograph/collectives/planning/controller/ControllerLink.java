package io.heliograph.collectives.planning.controller;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.wire.UdpFrame;
import io.heliograph.transport.wire.UdpLayout;
import io.heliograph.transport.wire.UdpPacket;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Controller} at a port that it has for itself. Nodes need not be listed: grants go to where a node's latest report came from (C2).
 * Those that ask are told what all agree on (C9), if it was given that as {@link ControllerSettings}.
 *
 * <p>One thread; {@link #poll} allocates nothing. The port stays the caller's to close.
 */
public final class ControllerLink {
    private final ControlFrames frames;
    private final ControlFrames.Handler handler = this::onPacket;
    private final Controller controller;
    private final int udpPort;
    private final int nodes;
    private final long headers;
    private final int[] headerBytes;
    private final boolean[] isIpv4;
    private final @Nullable ControllerSettings settings;
    private long questions;

    /**
     * A controller that begins its life, and tells nobody its settings.
     *
     * @param own its address
     * @param udpPort that reports come to, {@link ControlLayout#DEFAULT_UDP_PORT} unless there is a reason
     * @param arena owns what it needs; closed after the last call
     * @param nowNs as for {@link Controller}
     * @throws IllegalArgumentException if the port's packets are too short
     */
    public ControllerLink(Port port, IpAddress own, int udpPort, ControllerConfig config, Arena arena, long nowNs) {
        this(port, own, udpPort, config, null, arena, nowNs);
    }

    /** As the other constructor, for one that answers questions. */
    public ControllerLink(Port port, IpAddress own, int udpPort, ControllerSettings settings, Arena arena, long nowNs) {
        this(port, own, udpPort, settings.config(), settings, arena, nowNs);
    }

    private ControllerLink(
            Port port,
            IpAddress own,
            int udpPort,
            ControllerConfig config,
            @Nullable ControllerSettings settings,
            Arena arena,
            long nowNs) {
        frames = new ControlFrames(port, own, arena, nowNs);
        this.udpPort = udpPort;
        this.settings = settings;
        nodes = config.shape().nodes();
        // One more, for those who are not of the network and ask.
        headers = arena.allocate((nodes + 1L) * ControlFrames.MAX_HEADER_BYTES, Long.BYTES)
                .address();
        headerBytes = new int[nodes + 1];
        isIpv4 = new boolean[nodes + 1];
        controller = new Controller(config, new Sender(), nowNs);
    }

    /** Packets begin with the header of the node's latest report, turned round. */
    private final class Sender implements ControlSender {
        @Override
        public long begin(int node, int lengthBytes) {
            return headerBytes[node] == 0
                    ? NO_ROOM
                    : frames.begin(header(node), headerBytes[node], isIpv4[node], lengthBytes);
        }

        @Override
        public void end() {
            frames.end();
        }
    }

    /** What it gave out, and its counters. */
    public Controller controller() {
        return controller;
    }

    /** Nodes that were heard of in this life. */
    public int heard() {
        int heard = 0;
        for (int node = 0; node < nodes; node++) {
            heard += headerBytes[node] == 0 ? 0 : 1;
        }
        return heard;
    }

    /** Questions that were answered. */
    public long questions() {
        return questions;
    }

    /** Frames that were no intact UDP packets to this address. */
    public long foreignFrames() {
        return frames.foreign();
    }

    /**
     * Takes what arrived, gives out slots if it is time to, and sends.
     *
     * @param nowNs time of the clock that all nodes share
     * @return chunks that got a slot
     */
    public int poll(long nowNs) {
        frames.receive(handler, nowNs);
        int granted = controller.poll(nowNs);
        frames.flush();
        return granted;
    }

    private void onPacket(long frame, UdpFrame udp, long nowNs) {
        long payload = udp.payload();
        int payloadBytes = udp.payloadBytes();
        boolean isForUs = udp.destinationPort() == udpPort;
        if (isForUs && settings != null && ControlLayout.isWhole(payload, payloadBytes, ControlLayout.TYPE_QUESTION)) {
            answer(frame, udp, settings, nowNs);
            return;
        }
        if (isForUs
                && ControlLayout.isWhole(payload, payloadBytes, ControlLayout.TYPE_REPORT)
                && ControlLayout.node(payload) < nodes) {
            remember(ControlLayout.node(payload), frame, udp);
        }
        controller.onPacket(payload, payloadBytes, nowNs);
    }

    /** Where a node is, from the header of what it sent, which is turned round. */
    private void remember(int node, long frame, UdpFrame udp) {
        UdpPacket.turn(frame, udp.ip(), udp.isIpv4());
        headerBytes[node] = (int) (udp.udp() + UdpLayout.LENGTH - frame);
        isIpv4[node] = udp.isIpv4();
        NativeMemory.copy(frame, header(node), headerBytes[node]);
    }

    private void answer(long frame, UdpFrame udp, ControllerSettings told, long nowNs) {
        int number = ControlLayout.node(udp.payload());
        long incarnation = ControlLayout.incarnation(udp.payload());
        int place = Math.min(number, nodes);
        remember(place, frame, udp);
        long packet = frames.begin(
                header(place), headerBytes[place], isIpv4[place], ControlLayout.HEADER + ControllerSettings.BYTES);
        if (packet != ControlSender.NO_ROOM) {
            ControlLayout.put(packet, ControlLayout.TYPE_SETTINGS, number, 0, controller.epoch(), incarnation, 0);
            told.put(packet + ControlLayout.HEADER, nowNs);
            frames.end();
            questions++;
        }
    }

    private long header(int node) {
        return headers + (long) node * ControlFrames.MAX_HEADER_BYTES;
    }

    /** Returns frames that were not sent to the port; after the last call. */
    public void close() {
        frames.close();
    }
}

package io.heliograph.collectives.planning.controller;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.wire.UdpFrame;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * A {@link GrantedNode} at a port that it has for itself, such as one of a NIC's queues. One that was told the controller's settings uses no slot of another controller before that one said that it has the same (C9).
 *
 * <p>One thread; {@link #poll} allocates nothing but while it compares settings. The port stays the caller's to close.
 */
public final class NodeLink {
    private final ControlFrames frames;
    private final ControlFrames.Handler handler = this::onPacket;
    private final GrantedNode node;
    private final ControlHeader header;
    private final int number;
    private final @Nullable ControllerSettings settings;
    /** The greatest epoch of a controller that has these settings. */
    private long agreedEpoch;

    private boolean asks;
    private long askAtNs;
    /** When the controller was last heard of, and one that has other settings: any thread reads them. */
    private volatile long heardNs;

    private volatile @Nullable ControllerSettings contradiction;
    /** When nothing waited for a slot; whoever else reads it may see an earlier moment. */
    private long contentNs;

    /**
     * A node that begins its life, and takes any controller to have the same settings.
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
        this(port, own, new ControllerAddress(controller, udpPort), config, null, 0, number, random, arena, nowNs);
    }

    /**
     * As the other constructor, for a node that a controller told its settings.
     *
     * @param epoch of that controller
     */
    public NodeLink(
            Port port,
            IpAddress own,
            ControllerAddress controller,
            ControllerSettings settings,
            long epoch,
            int number,
            RandomSource random,
            Arena arena,
            long nowNs) {
        this(port, own, controller, settings.config(), settings, epoch, number, random, arena, nowNs);
    }

    private NodeLink(
            Port port,
            IpAddress own,
            ControllerAddress controller,
            ControllerConfig config,
            @Nullable ControllerSettings settings,
            long epoch,
            int number,
            RandomSource random,
            Arena arena,
            long nowNs) {
        frames = new ControlFrames(port, own, arena, nowNs);
        header = new ControlHeader(frames, port, own, controller.address(), controller.udpPort(), arena);
        this.number = number;
        this.settings = settings;
        agreedEpoch = epoch;
        askAtNs = nowNs;
        heardNs = nowNs;
        contentNs = nowNs;
        node = new GrantedNode(config, number, new Sender(), random, nowNs);
    }

    private final class Sender implements ControlSender {
        @Override
        public long begin(int peer, int lengthBytes) {
            return header.begin(lengthBytes);
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

    /** How long chunks have waited for slots without a word of the controller; any thread, though not to the moment. */
    public long silentNs(long nowNs) {
        return node.waiting() == 0 ? 0 : nowNs - Math.max(heardNs, contentNs);
    }

    /** What the present controller has set otherwise, for which this node gets no slots; null if there is no contradiction. Any thread. */
    public @Nullable ControllerSettings contradiction() {
        return contradiction;
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
        contentNs = node.waiting() == 0 ? nowNs : contentNs;
        if (asks && nowNs - askAtNs >= 0) {
            ask(nowNs);
        }
        frames.flush();
        return destination;
    }

    private void ask(long nowNs) {
        long packet = header.begin(ControlLayout.HEADER);
        if (packet != ControlSender.NO_ROOM) {
            ControlLayout.put(packet, ControlLayout.TYPE_QUESTION, number, 0, 0, node.incarnation(), 0);
            frames.end();
            asks = false;
            askAtNs = nowNs + node.config().reportNs();
        }
    }

    private void onPacket(long frame, UdpFrame udp, long nowNs) {
        if (!header.isAnswered(udp)) {
            return;
        }
        heardNs = nowNs;
        long payload = udp.payload();
        int payloadBytes = udp.payloadBytes();
        if (settings != null && ControlLayout.isWhole(payload, payloadBytes, ControlLayout.TYPE_SETTINGS)) {
            onSettings(payload, settings);
        } else if (settings != null
                && ControlLayout.isWhole(payload, payloadBytes, ControlLayout.TYPE_GRANT)
                && ControlLayout.epoch(payload) > agreedEpoch) {
            // It may have been started with other settings: first it is asked (C9).
            asks = true;
        } else {
            node.onPacket(payload, payloadBytes, nowNs);
        }
    }

    private void onSettings(long payload, ControllerSettings own) {
        if (ControlLayout.incarnation(payload) != node.incarnation() || ControlLayout.epoch(payload) <= agreedEpoch) {
            return;
        }
        ControllerSettings theirs;
        try {
            theirs = ControllerSettings.read(payload + ControlLayout.HEADER);
        } catch (IllegalArgumentException e) {
            // A broken packet: the next question is answered rightly.
            return;
        }
        if (theirs.equals(own)) {
            agreedEpoch = ControlLayout.epoch(payload);
            contradiction = null;
        } else {
            contradiction = theirs;
        }
    }

    /** Returns frames that were not sent to the port; after the last call. */
    public void close() {
        frames.close();
    }
}

package io.heliograph.collectives.planning.controller;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.transport.Clock;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.rate.WireBytes;
import io.heliograph.transport.wire.EthernetLayout;
import io.heliograph.transport.wire.UdpFrame;
import java.lang.foreign.Arena;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A node asks a controller for its settings, before it has anything to send (C9). One thread. */
final class ControllerInquiry {
    private static final long ASK_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(200);

    private final Port port;
    private final ControllerAddress controller;
    private final NodePlace place;
    private final Clock clock;
    private final ControlFrames frames;
    private final ControlHeader header;
    private final ControlFrames.Handler handler = this::onPacket;
    private final long beganNs;
    private int asked;
    private @Nullable Answer answer;
    private long controllerNs;

    /**
     * What a controller said.
     *
     * @param epoch its own
     */
    record Answer(ControllerSettings settings, long epoch) {}

    ControllerInquiry(Port port, ControllerAddress controller, NodePlace place, Clock clock, Arena arena) {
        this.port = port;
        this.controller = controller;
        this.place = place;
        this.clock = clock;
        beganNs = clock.nowNs();
        frames = new ControlFrames(port, place.own(), arena, beganNs);
        header = new ControlHeader(frames, port, place.own(), controller.address(), controller.udpPort(), arena);
    }

    /**
     * Asks until there is an answer.
     *
     * @param patienceNs how long
     * @throws EnvironmentException if none comes, or one that is of no use here; the message says why and what to do
     */
    Answer ask(long patienceNs) {
        try {
            long askAtNs = beganNs;
            for (long nowNs = beganNs; answer == null; nowNs = clock.nowNs()) {
                if (nowNs - beganNs >= patienceNs || Thread.currentThread().isInterrupted()) {
                    throw absent(nowNs);
                }
                if (nowNs - askAtNs >= 0) {
                    askAtNs = nowNs + ASK_NS;
                    question();
                }
                frames.receive(handler, nowNs);
                frames.flush();
                if (answer == null) {
                    LockSupport.parkNanos(PAUSE_NS);
                }
            }
            Answer given = Objects.requireNonNull(answer);
            check(given.settings());
            return given;
        } finally {
            frames.close();
        }
    }

    private EnvironmentException absent(long nowNs) {
        return new EnvironmentException(
                "no controller: " + controller + " did not answer node " + place.number() + " within "
                        + TimeUnit.NANOSECONDS.toMillis(nowNs - beganNs) + " ms, asked " + asked + " times over "
                        + port.info().name()
                        + "; start it where this port reaches it (helio arbiter --serve), or say where it is (--controller)");
    }

    private void question() {
        long packet = header.begin(ControlLayout.HEADER);
        if (packet != ControlSender.NO_ROOM) {
            ControlLayout.put(packet, ControlLayout.TYPE_QUESTION, place.number(), 0, 0, beganNs, 0);
            frames.end();
            asked++;
        }
    }

    private void onPacket(long frame, UdpFrame udp, long nowNs) {
        long payload = udp.payload();
        if (!header.isAnswered(udp)
                || !ControlLayout.isWhole(payload, udp.payloadBytes(), ControlLayout.TYPE_SETTINGS)
                || ControlLayout.incarnation(payload) != beganNs) {
            return;
        }
        try {
            answer = new Answer(ControllerSettings.read(payload + ControlLayout.HEADER), ControlLayout.epoch(payload));
            controllerNs = ControllerSettings.clockNs(payload + ControlLayout.HEADER);
        } catch (IllegalArgumentException e) {
            // Checksums are right, so it is of another version; until the time is over there may be another answer.
            answer = null;
        }
    }

    private void check(ControllerSettings settings) {
        long nowNs = clock.nowNs();
        long slotNs = settings.config().slotNs();
        if (controllerNs < beganNs - slotNs || controllerNs > nowNs + slotNs) {
            throw new EnvironmentException("controller " + controller + ": its clock is " + controllerNs
                    + " ns where that of node " + place.number() + " was between " + beganNs + " and " + nowNs
                    + "; slots need one clock: run both on one machine, in the same time namespace");
        }
        int nodes = settings.config().shape().nodes();
        int needed = place.addresses().size();
        if (needed > nodes) {
            throw new EnvironmentException("controller " + controller + ": it is for nodes=" + nodes
                    + ", and here are " + needed + "; start it with as many as there are ranks (--nodes " + needed
                    + ")");
        }
        int packetBytes = WireBytes.of(place.mtuBytes() + EthernetLayout.LENGTH);
        if (settings.chunk().packetWireBytes() < packetBytes) {
            throw new EnvironmentException("controller " + controller + ": its packets are of "
                    + settings.chunk().packetWireBytes() + " bytes on the wire, and those of this node of up to "
                    + packetBytes + "; give both the same --mtu");
        }
    }
}

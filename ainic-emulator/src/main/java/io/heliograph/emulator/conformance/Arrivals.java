package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.DeviceUnderTest.Ability;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.wire.AinicLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What a device sent and a script has not looked at yet, by peer and kind. Time passes through here, so that nothing is missed. */
final class Arrivals {
    /**
     * A packet of the device.
     *
     * @param number in the trace
     * @param byTimer whether it was sent again, in a time that is not virtual, so late that a timer may be the cause
     */
    record Arrived(WirePacket packet, int number, boolean byTimer) {
        boolean isAgain() {
            return packet.kind() == WireKind.DATA
                    && (packet.getInt(PacketField.FLAGS) & AinicLayout.RETRANSMITTED) != 0;
        }
    }

    private record PacketKey(int peer, long engine, long psn) {}

    private final Bench bench;
    private final DeviceUnderTest device;
    private final Map<Integer, Map<WireKind, Deque<Arrived>>> inbox = new TreeMap<>();
    private final Map<PacketKey, WirePacket> lastSent = new HashMap<>();

    Arrivals(Bench bench) {
        this.bench = bench;
        device = bench.device;
    }

    private void collect() {
        bench.collect((packet, number) -> {
            boolean isPause = packet.kind() == WireKind.PAUSE;
            int peer = isPause ? 0 : bench.numberOf(packet.destination());
            boolean byTimer = packet.kind() == WireKind.DATA && sent(peer, packet, number);
            of(peer, packet.kind()).add(new Arrived(packet, number, byTimer));
        });
    }

    private boolean sent(int peer, WirePacket packet, int number) {
        long expectedClass = packet.get(PacketField.QUEUE) == 1 ? DeviceSetup.CLASS_OF_QUEUE_1 : 0;
        if (device.abilities().contains(Ability.SETUP) && packet.get(PacketField.CLASS) != expectedClass) {
            throw new BrokenRuleException(
                    "R12.6", number, "a data packet that is not of its queue's class " + expectedClass + ": " + packet);
        }
        WirePacket before =
                lastSent.put(new PacketKey(peer, packet.get(PacketField.ENGINE), packet.get(PacketField.PSN)), packet);
        return before != null
                && !device.abilities().contains(Ability.VIRTUAL_TIME)
                && packet.timeNs() - before.timeNs() >= Tunables.MIN_TAIL_PROBE_NS - device.toleranceNs();
    }

    /** The entropy of a packet's last transmission. */
    long entropy(int peer, long engine, long psn, long otherwise) {
        WirePacket packet = lastSent.get(new PacketKey(peer, engine, psn));
        return packet == null ? otherwise : packet.get(PacketField.ENTROPY);
    }

    /** Those of a kind for a peer, oldest first; what is taken out is gone. */
    Deque<Arrived> of(int peer, WireKind kind) {
        return inbox.computeIfAbsent(peer, any -> new EnumMap<>(WireKind.class))
                .computeIfAbsent(kind, any -> new ArrayDeque<>());
    }

    /** Shows all of them, peer by peer, and forgets them. */
    void drain(BiConsumer<Integer, Arrived> taker) {
        inbox.forEach((peer, kinds) -> kinds.forEach((kind, queue) -> {
            queue.forEach(each -> taker.accept(peer, each));
            queue.clear();
        }));
    }

    /** The device does what it does at once. */
    void now() {
        device.runUntil(device.nowNs());
        collect();
    }

    /** Time passes, and what comes is kept. */
    void advance(long untilNs) {
        do {
            device.runUntil(untilNs);
            collect();
        } while (device.nowNs() < untilNs);
        now();
    }

    /** Time passes until then, or until something came. */
    void step(long untilNs) {
        device.runUntil(untilNs);
        collect();
    }

    /** As long as the device takes for what it does at once. */
    void settle() {
        advance(device.nowNs() + device.settleNs());
    }

    /** The next packet of a kind, if it comes in time. */
    @Nullable
    Arrived next(int peer, WireKind kind, long untilNs) {
        while (true) {
            now();
            Arrived first = of(peer, kind).poll();
            if (first != null) {
                return first;
            }
            if (device.nowNs() >= untilNs) {
                return null;
            }
            step(untilNs);
        }
    }
}

package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.LinkPlan.Event;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The switch between a device and its peer: hands on each packet after the cable's delay, and does to it what events and chance say. */
final class LinkSwitch {
    private static final int MILLION = 1_000_000;

    /** A frame on its way. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Flying(long atNs, long number, boolean toDevice, byte[] frame) {}

    private record Key(boolean fromDevice, WireKind kind, long engine, long psn) {}

    private final WireCodec codec;
    private final LinkPlan plan;
    private final Map<String, Long> names;
    private final SplittableRandom random;
    private final long delayNs;
    private final PriorityQueue<Flying> flying = new PriorityQueue<>(
            (a, b) -> a.atNs() != b.atNs() ? Long.compare(a.atNs(), b.atNs()) : Long.compare(a.number(), b.number()));
    private final Map<Key, Integer> iterations = new HashMap<>();
    private long numbers;

    /**
     * A switch with nothing under way.
     *
     * @param delayNs of the cable, each way
     */
    LinkSwitch(WireCodec codec, LinkPlan plan, Map<String, Long> names, SplittableRandom random, long delayNs) {
        this.codec = codec;
        this.plan = plan;
        this.names = names;
        this.random = random;
        this.delayNs = delayNs;
    }

    /** When the next frame arrives; {@link Long#MAX_VALUE} if none is under way. */
    long nextNs() {
        Flying head = flying.peek();
        return head == null ? Long.MAX_VALUE : head.atNs();
    }

    /** Takes the next frame that arrives by then, or null. */
    @Nullable
    Flying arrived(long byNs) {
        return nextNs() <= byNs ? flying.remove() : null;
    }

    /** How often a data packet of engine 0 was sent. */
    int timesSent(boolean fromDevice, long psn) {
        return iterations.getOrDefault(new Key(fromDevice, WireKind.DATA, 0, psn), 0);
    }

    /** A packet comes to the switch. */
    void pass(WirePacket packet, boolean fromDevice) {
        Key key = new Key(
                fromDevice,
                packet.kind(),
                packet.get(packet.kind() == WireKind.DATA ? PacketField.ENGINE : PacketField.TO_ENGINE),
                packet.get(PacketField.PSN));
        int iteration = iterations.merge(key, 1, Integer::sum);
        long atNs = packet.timeNs() + delayNs;
        byte[] frame = packet.frame();
        for (Event each : plan.events()) {
            if (!fits(each, key, iteration)) {
                continue;
            }
            long value = each.value().value(names);
            switch (each.deed()) {
                case DROP -> {
                    return;
                }
                case DUPLICATE -> fly(atNs + value, !fromDevice, frame);
                case DELAY -> atNs += value;
                case CORRUPT -> frame = FrameDamage.corrupted(frame, (int) value);
                case TRIM -> frame = FrameDamage.trimmed(frame, (int) value);
                case FORGE -> fly(atNs, !fromDevice, forged(each, packet));
            }
        }
        frame = noise(packet, frame);
        if (frame.length > 0) {
            fly(atNs + (chance(plan.noise().delay()) ? random.nextLong(20 * delayNs + 1) : 0), !fromDevice, frame);
            if (chance(plan.noise().duplicate())) {
                fly(atNs + random.nextLong(10 * delayNs + 1), !fromDevice, frame);
            }
        }
    }

    private boolean fits(Event event, Key key, int iteration) {
        PsnSet psns = event.psns();
        return event.fromDevice() == key.fromDevice()
                && event.kind() == key.kind()
                && event.engine() == key.engine()
                && (event.iteration() == 0 || event.iteration() == iteration)
                && (psns == null || psns.make(names).contains(key.psn()));
    }

    private boolean chance(int parts) {
        return parts > 0 && random.nextInt(MILLION) < parts;
    }

    /** What chance does to a frame; nothing is left of it when it is lost. */
    private byte[] noise(WirePacket packet, byte[] frame) {
        if (chance(plan.noise().loss())) {
            return new byte[0];
        }
        if (chance(plan.noise().corrupt())) {
            return FrameDamage.corrupted(frame, random.nextInt(8 * frame.length));
        }
        if (packet.kind() == WireKind.DATA && chance(plan.noise().trim())) {
            return FrameDamage.trimmed(frame, 120 + random.nextInt(17));
        }
        return frame;
    }

    /** Fields that the forger does not name are those of the packet that it stands in front of. */
    private byte[] forged(Event event, WirePacket like) {
        PacketPlan forgery = event.forged();
        if (forgery == null) {
            throw new IllegalStateException("no packet to forge");
        }
        Map<PacketField, Long> fields = new EnumMap<>(PacketField.class);
        if (forgery.kind() == like.kind()) {
            fields.putAll(like.fields());
        } else {
            for (PacketField each : List.of(PacketField.DST, PacketField.SRC, PacketField.ENTROPY)) {
                fields.put(each, like.get(each));
            }
        }
        forgery.fields().forEach((field, value) -> fields.put(field, field.cut(value.value(names))));
        return codec.encode(new WirePacket(
                forgery.kind(),
                like.source(),
                like.destination(),
                fields,
                forgery.payload().make(names),
                like.timeNs(),
                new byte[0]));
    }

    private void fly(long atNs, boolean toDevice, byte[] frame) {
        flying.add(new Flying(atNs, numbers++, toDevice, frame));
    }
}

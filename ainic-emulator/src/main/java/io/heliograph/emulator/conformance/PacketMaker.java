package io.heliograph.emulator.conformance;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Makes the frames that a script sends: what a packet does not say is right by default, and what happens to its frame on the way is done. */
final class PacketMaker {
    private static final int PAUSE_QUANTUM_BITS = 512;

    private final Bench bench;
    private final Arrivals arrivals;
    private final Map<String, Long> names;
    private final Map<Integer, Integer> incarnations = new HashMap<>();

    PacketMaker(Bench bench, Arrivals arrivals, Map<String, Long> names) {
        this.bench = bench;
        this.arrivals = arrivals;
        this.names = names;
    }

    private long name(String key) {
        return names.getOrDefault(key, 0L);
    }

    /** From now on a peer's packets carry this incarnation. */
    void incarnation(int peer, int value) {
        incarnations.put(peer, value);
    }

    WirePacket packet(int from, PacketPlan plan) {
        Map<PacketField, Long> fields = new EnumMap<>(PacketField.class);
        fields.put(PacketField.SRC, Integer.toUnsignedLong(incarnations.getOrDefault(from, (int) name("peer"))));
        fields.put(PacketField.ENTROPY, name("entropy"));
        byte[] payload = new byte[0];
        if (plan.kind() == WireKind.DATA) {
            payload = plan.payload().make(names);
            fields.put(PacketField.OF, 1L);
            fields.put(PacketField.ADDRESS, name("target") + name("base"));
            fields.put(PacketField.KEY, name("target_key"));
        } else {
            fields.put(PacketField.CLASS, 6L);
            fields.put(PacketField.DST, name("dut"));
        }
        plan.fields().forEach((field, value) -> fields.put(field, field.cut(value.value(names))));
        if (plan.kind() == WireKind.SACK && !fields.containsKey(PacketField.PSN)) {
            fields.put(PacketField.PSN, PacketField.PSN.cut(fields.getOrDefault(PacketField.CUMULATIVE, 0L) - 1));
        }
        if ((plan.kind() == WireKind.SACK || plan.kind() == WireKind.NACK)
                && !fields.containsKey(PacketField.REFLECTED)) {
            long engine = fields.getOrDefault(PacketField.TO_ENGINE, 0L);
            long psn = fields.getOrDefault(PacketField.PSN, 0L);
            fields.put(PacketField.REFLECTED, arrivals.entropy(from, engine, psn, name("entropy")));
        }
        return new WirePacket(
                plan.kind(), bench.peer(from), bench.address, fields, payload, bench.device.nowNs(), new byte[0]);
    }

    /** The frame of a packet, damaged as planned. */
    byte[] frame(WirePacket packet, PacketPlan plan) {
        byte[] frame = bench.codec.encode(packet);
        for (PacketPlan.Damage damage : plan.damage()) {
            frame = damaged(frame, damage);
        }
        return frame;
    }

    private byte[] damaged(byte[] frame, PacketPlan.Damage damage) {
        return switch (damage) {
            case PacketPlan.Damage.Cut cut ->
                Arrays.copyOf(frame, Math.min(frame.length, (int) cut.bytes().value(names)));
            case PacketPlan.Damage.Trim trim ->
                FrameDamage.trimmed(frame, (int) trim.bytes().value(names));
            case PacketPlan.Damage.Flip flip -> {
                byte[] copy = frame.clone();
                copy[index(flip.index(), frame)] ^= (byte) (1 << flip.bit().value(names));
                yield copy;
            }
            case PacketPlan.Damage.Put put -> {
                byte[] copy = frame.clone();
                copy[index(put.index(), frame)] = (byte) put.value().value(names);
                yield copy;
            }
            case PacketPlan.Damage.Pad pad -> {
                byte[] longer =
                        Arrays.copyOf(frame, frame.length + (int) pad.bytes().value(names));
                Arrays.fill(longer, frame.length, longer.length, (byte) 0xAB);
                yield longer;
            }
            case PacketPlan.Damage.Sign _ -> bench.codec.sign(frame);
        };
    }

    /** Negative ones count from the end. */
    private int index(Expression expression, byte[] frame) {
        int index = (int) expression.value(names);
        return index < 0 ? frame.length + index : index;
    }

    /** A priority pause frame (IEEE 802.1Q section 36). */
    static byte[] pause(int classes, long microseconds, long lineRateBitsPerSecond) {
        long quanta = microseconds * lineRateBitsPerSecond / 1_000_000 / PAUSE_QUANTUM_BITS;
        ByteBuffer frame = ByteBuffer.allocate(60);
        frame.put(new byte[] {0x01, (byte) 0x80, (byte) 0xC2, 0, 0, 1, 2, 0, 0, 0, 0, 2})
                .putShort((short) 0x8808)
                .putShort((short) 0x0101)
                .putShort((short) classes);
        for (int i = 0; i < 8; i++) {
            frame.putShort((short) ((classes & 1 << i) == 0 ? 0 : Math.min(0xFFFF, quanta)));
        }
        return frame.array();
    }
}

package io.heliograph.transport.rules;

import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.Opcode;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A packet in a script: when sent, what is not said has the default of {@link RawPeer}; when expected, what is not said is not looked at.
 *
 * <p>Offsets from {@link #at} are relative: to the endpoint's target region when sent, to {@link Script#REMOTE_ADDRESS} when expected.
 */
final class Packet {
    private final Map<Field, Long> fields = new EnumMap<>(Field.class);
    private byte @Nullable [] payload;

    private Packet(int opcode) {
        set(Field.OPCODE, opcode);
    }

    static Packet ofOpcode(int opcode) {
        return new Packet(opcode);
    }

    static Packet data() {
        return new Packet(Opcode.WRITE);
    }

    /** The one VOID packet of a message that stands for {@code covered} packets. */
    static Packet voidOf(int covered, int horizon) {
        return data().flags(AinicLayout.VOID)
                .set(Field.ADDRESS, Integer.toUnsignedLong(horizon))
                .key(covered)
                .bytes();
    }

    static Packet sack() {
        return new Packet(Opcode.SACK);
    }

    /** A SACK for exactly the PSNs before {@code cumulative}. */
    static Packet sackUpTo(int cumulative) {
        return sack().cumulative(cumulative).offset(0).bits(0);
    }

    static Packet nack(int reason) {
        return new Packet(Opcode.NACK).set(Field.REASON, reason);
    }

    static Packet probe(int nonce) {
        return new Packet(Opcode.PROBE)
                .set(Field.NONCE, Integer.toUnsignedLong(nonce))
                .set(Field.ANSWER, 0);
    }

    /** A probe, whatever its nonce. */
    static Packet probe() {
        return new Packet(Opcode.PROBE).set(Field.ANSWER, 0);
    }

    static Packet answer(int nonce) {
        return probe(nonce).set(Field.ANSWER, 1);
    }

    Packet psn(int psn) {
        return set(Field.PSN, psn);
    }

    Packet msn(int msn) {
        return set(Field.MSN, Integer.toUnsignedLong(msn));
    }

    /** N. */
    Packet of(int packets) {
        return set(Field.MESSAGE_PACKETS, packets);
    }

    Packet at(long offset) {
        return set(Field.ADDRESS, Script.REMOTE_ADDRESS + offset);
    }

    Packet address(long address) {
        return set(Field.ADDRESS, address);
    }

    Packet key(int key) {
        return set(Field.KEY, Integer.toUnsignedLong(key));
    }

    Packet bytes(int... bytes) {
        byte[] values = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = (byte) bytes[i];
        }
        return payload(values);
    }

    Packet payload(byte[] bytes) {
        payload = bytes;
        return set(Field.DMA_LENGTH, bytes.length);
    }

    /** As many bytes, all the same. */
    Packet filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return payload(bytes);
    }

    /** Expects a length, whatever the bytes. */
    Packet length(int length) {
        return set(Field.DMA_LENGTH, length);
    }

    Packet immediate(int immediate) {
        return set(Field.OPCODE, Opcode.WRITE_IMMEDIATE).set(Field.IMMEDIATE, Integer.toUnsignedLong(immediate));
    }

    Packet fenced() {
        return flags(AinicLayout.FENCED);
    }

    /** The same packet sent again, as the endpoint marks it. */
    Packet again() {
        return flags(AinicLayout.RETRANSMITTED);
    }

    Packet flags(int more) {
        return set(Field.FLAGS, fields.getOrDefault(Field.FLAGS, 0L) | more);
    }

    Packet acknowledge(boolean wanted) {
        return set(Field.ACKNOWLEDGE, wanted ? 1 : 0);
    }

    Packet destination(int incarnation) {
        return set(Field.DESTINATION, Integer.toUnsignedLong(incarnation));
    }

    Packet source(int incarnation) {
        return set(Field.SOURCE, Integer.toUnsignedLong(incarnation));
    }

    Packet engine(int engine) {
        return set(Field.SOURCE_ENGINE, engine);
    }

    Packet queue(int queue) {
        return set(Field.SOURCE_QUEUE, queue);
    }

    Packet to(int engine, int queue) {
        return set(Field.DESTINATION_ENGINE, engine).set(Field.DESTINATION_QUEUE, queue);
    }

    Packet entropy(int entropy) {
        return set(Field.ENTROPY, entropy);
    }

    Packet cumulative(int psn) {
        return set(Field.CUMULATIVE, psn);
    }

    Packet offset(int offset) {
        return set(Field.OFFSET, offset);
    }

    Packet bits(long bitmap) {
        return set(Field.BITMAP, bitmap);
    }

    Packet reflected(int entropy) {
        return set(Field.REFLECTED, entropy);
    }

    Packet information(int information) {
        return set(Field.INFORMATION, Integer.toUnsignedLong(information));
    }

    Packet set(Field field, long value) {
        fields.put(field, value);
        return this;
    }

    boolean has(Field field) {
        return fields.containsKey(field);
    }

    long get(Field field, long otherwise) {
        return fields.getOrDefault(field, otherwise);
    }

    /** What a packet that came out says; the script looks only at fields that this kind of packet has. */
    long get(Field field) {
        Long value = fields.get(field);
        if (value == null) {
            throw new AssertionError("no " + field + " in " + this);
        }
        return value;
    }

    int psn() {
        return (int) get(Field.PSN);
    }

    int entropy() {
        return (int) get(Field.ENTROPY);
    }

    byte[] payload() {
        return payload == null ? new byte[0] : payload;
    }

    /** Whether all that is said here is so in {@code actual}. */
    boolean matches(Packet actual) {
        for (Map.Entry<Field, Long> each : fields.entrySet()) {
            if (!each.getValue().equals(actual.fields.get(each.getKey()))) {
                return false;
            }
        }
        return payload == null || Arrays.equals(payload, actual.payload());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(Opcode.name((int) get(Field.OPCODE, 0)));
        fields.forEach((field, value) -> {
            switch (field) {
                case OPCODE -> {}
                case REASON -> text.append(' ').append(NackReason.name(value.intValue()));
                case ADDRESS, KEY, BITMAP, ENTROPY, REFLECTED ->
                    text.append(" %s=0x%x".formatted(field.name().toLowerCase(Locale.ROOT), value));
                default ->
                    text.append(' ')
                            .append(field.name().toLowerCase(Locale.ROOT))
                            .append('=')
                            .append(value);
            }
        });
        if (payload != null) {
            text.append(" payload=").append(Arrays.toString(Arrays.copyOf(payload, Math.min(16, payload.length))));
        }
        return text.toString();
    }
}

package io.heliograph.emulator.conformance;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a packet of a scenario can say; the meanings are those of PROTOCOL.md section 2. */
enum PacketField {
    ENTROPY(16),
    CLASS(3),
    TO_ENGINE(8),
    TO_QUEUE(16),
    ACK(1),
    PSN(24),
    FLAGS(8),
    OF(24),
    MSN(32),
    DST(32),
    SRC(32),
    ENGINE(8),
    QUEUE(16),
    ADDRESS(64),
    KEY(32),
    LENGTH(32),
    IMM(32),
    CUMULATIVE(24),
    OFFSET(16),
    BITS(64),
    REFLECTED(16),
    REASON(8),
    INFO(32),
    NONCE(32),
    /** Of a pause: a bit for each class. */
    CLASSES(8),
    /** Of a pause: the time of its lowest class, in times of 512 bits. */
    QUANTA(16);

    private static final Map<String, PacketField> BY_LABEL = new HashMap<>();

    static {
        for (PacketField each : values()) {
            BY_LABEL.put(each.label(), each);
        }
    }

    private final int bits;

    PacketField(int bits) {
        this.bits = bits;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static @Nullable PacketField ofLabel(String label) {
        return BY_LABEL.get(label);
    }

    /** The bits that the field has on the wire, unsigned. */
    long cut(long value) {
        return bits == Long.SIZE ? value : value & (1L << bits) - 1;
    }

    /** How far {@code value} is behind {@code other}, as serial numbers (RFC 1982). */
    long distance(long value, long other) {
        int unused = Long.SIZE - bits;
        return value - other << unused >> unused;
    }

    String text(long value) {
        return switch (this) {
            case ADDRESS, KEY, BITS, ENTROPY, REFLECTED, DST, SRC -> "0x" + Long.toHexString(value);
            default -> Long.toString(value);
        };
    }
}

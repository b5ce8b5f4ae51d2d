package io.heliograph.emulator.conformance;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.NackReason;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * A packet that was read from a frame, or that one is made from.
 *
 * @param kind what it is
 * @param source who sends it
 * @param destination for whom
 * @param fields what its headers say
 * @param payload data packets: the bytes
 * @param timeNs when it was seen
 * @param frame the bytes of the frame
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record WirePacket(
        WireKind kind,
        IpAddress source,
        IpAddress destination,
        Map<PacketField, Long> fields,
        byte[] payload,
        long timeNs,
        byte[] frame) {
    private static final int SHOWN_BYTES = 16;

    long get(PacketField field) {
        return fields.getOrDefault(field, 0L);
    }

    int getInt(PacketField field) {
        return (int) get(field);
    }

    boolean has(PacketField field) {
        return fields.containsKey(field);
    }

    boolean isVoid() {
        return kind == WireKind.DATA && (get(PacketField.FLAGS) & AinicLayout.VOID) != 0;
    }

    WirePacket at(long ns) {
        return new WirePacket(kind, source, destination, new EnumMap<>(fields), payload, ns, frame);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(kind.label());
        text.append(' ').append(source).append("->").append(destination);
        fields.forEach((field, value) -> {
            text.append(' ').append(field.label()).append('=');
            if (field == PacketField.REASON) {
                text.append(NackReason.name(value.intValue()));
            } else {
                text.append(field.text(value));
            }
        });
        if (payload.length > 0) {
            int shown = Math.min(SHOWN_BYTES, payload.length);
            text.append(" payload=").append(HexFormat.of().formatHex(payload, 0, shown));
            if (shown < payload.length) {
                text.append("...(").append(payload.length).append(')');
            }
        }
        return text.toString();
    }
}

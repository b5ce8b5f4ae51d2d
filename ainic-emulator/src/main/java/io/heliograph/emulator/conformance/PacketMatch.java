package io.heliograph.emulator.conformance;

import io.heliograph.transport.wire.AinicLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a packet of the device must be like; what is not said is not looked at.
 *
 * @param kind what it is
 * @param fields conditions
 * @param payload the bytes, or null
 * @param flags bits that must be so: looked at are those of {@code flagMask}
 * @param flagMask see there
 */
record PacketMatch(
        WireKind kind,
        Map<PacketField, Condition> fields,
        @Nullable PayloadPlan payload,
        int flags,
        int flagMask) {
    /** How a field relates to a value. */
    enum Relation {
        /** It is that. */
        IS,
        /** It is anything else. */
        IS_NOT,
        /** It comes after that, as a serial number. */
        AFTER,
        /** It is not there. */
        ABSENT
    }

    record Condition(Relation relation, Expression value) {
        boolean holds(PacketField field, WirePacket packet, Map<String, Long> names) {
            if (relation == Relation.ABSENT) {
                return !packet.has(field);
            }
            if (!packet.has(field)) {
                return false;
            }
            long actual = packet.get(field);
            long other = field.cut(value.value(names));
            return switch (relation) {
                case IS -> actual == other;
                case IS_NOT -> actual != other;
                default -> field.distance(actual, other) > 0;
            };
        }
    }

    /** What is not as it must be, or an empty text. */
    String mismatch(WirePacket packet, Map<String, Long> names) {
        List<String> wrong = new ArrayList<>();
        fields.forEach((field, condition) -> {
            if (!condition.holds(field, packet, names)) {
                wrong.add(field.label() + " is " + (packet.has(field) ? field.text(packet.get(field)) : "absent")
                        + " and must be " + describe(field, condition, names));
            }
        });
        if ((packet.getInt(PacketField.FLAGS) & flagMask) != flags) {
            wrong.add("flags are " + flagNames(packet.getInt(PacketField.FLAGS) & flagMask) + " and must be "
                    + flagNames(flags));
        }
        if (payload != null) {
            byte[] bytes = payload.make(names);
            int at = Arrays.mismatch(bytes, packet.payload());
            if (at >= 0) {
                wrong.add("the payload differs from what it must be at byte " + at + " (" + packet.payload().length
                        + " bytes, must be " + bytes.length + ")");
            }
        }
        return String.join(", ", wrong);
    }

    private static String flagNames(int flags) {
        List<String> names = new ArrayList<>();
        if ((flags & AinicLayout.FENCED) != 0) {
            names.add("FENCED");
        }
        if ((flags & AinicLayout.VOID) != 0) {
            names.add("VOID");
        }
        if ((flags & AinicLayout.RETRANSMITTED) != 0) {
            names.add("RETRANSMITTED");
        }
        return names.isEmpty() ? "none" : String.join("+", names);
    }

    private static String describe(PacketField field, Condition condition, Map<String, Long> names) {
        if (condition.relation() == Relation.ABSENT) {
            return "absent";
        }
        String value = field.text(field.cut(condition.value().value(names)));
        return switch (condition.relation()) {
            case IS -> value;
            case IS_NOT -> "other than " + value;
            default -> "after " + value;
        };
    }

    String describe(Map<String, Long> names) {
        StringBuilder text = new StringBuilder(kind.label());
        fields.forEach((field, condition) ->
                text.append(' ').append(field.label()).append('=').append(describe(field, condition, names)));
        if (flagMask != 0) {
            text.append(" flags=").append(flagNames(flags));
        }
        return text.toString();
    }
}

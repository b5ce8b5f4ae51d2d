package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.PacketMatch.Condition;
import io.heliograph.emulator.conformance.PacketMatch.Relation;
import io.heliograph.emulator.conformance.PacketPlan.Damage;
import io.heliograph.emulator.input.YamlValue;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.NackReason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads packets of scenarios: those to send and those to expect. */
final class PacketReader {
    private static final Expression ZERO = Expression.of(0);

    private PacketReader() {}

    static WireKind kind(Map<String, YamlValue> map) {
        YamlValue kind = map.get("kind");
        if (kind == null) {
            return WireKind.DATA;
        }
        for (WireKind each : WireKind.values()) {
            if (each.label().equals(kind.text())) {
                return each;
            }
        }
        throw kind.error(
                "'" + kind.text() + "' is no kind of packet; there are data, sack, nack, probe, answer, pause");
    }

    static PacketPlan plan(YamlValue from) {
        Map<String, YamlValue> map = from.map();
        Map<PacketField, Expression> fields = new EnumMap<>(PacketField.class);
        List<Damage> damage = new ArrayList<>();
        PayloadPlan payload = payload(map, Expression.of(1), Expression.of(0x11), from);
        int flags = 0;
        boolean hasFlags = false;
        for (Map.Entry<String, YamlValue> each : map.entrySet()) {
            YamlValue value = each.getValue();
            switch (each.getKey()) {
                case "kind", "bytes", "length", "value", "pattern" -> {}
                case "at" ->
                    fields.put(PacketField.ADDRESS, Expression.parse("target + base + (" + value.text() + ")", value));
                case "fenced" -> {
                    flags |= value.flag() ? AinicLayout.FENCED : 0;
                    hasFlags = true;
                }
                case "again" -> {
                    flags |= value.flag() ? AinicLayout.RETRANSMITTED : 0;
                    hasFlags = true;
                }
                case "void" -> {
                    flags |= AinicLayout.VOID;
                    hasFlags = true;
                    fields.put(PacketField.KEY, Expression.parse(value));
                    YamlValue horizon = map.get("horizon");
                    fields.put(PacketField.ADDRESS, horizon == null ? ZERO : Expression.parse(horizon));
                    payload = PayloadPlan.of(new byte[0]);
                }
                case "horizon" -> {
                    if (!map.containsKey("void")) {
                        throw value.error("'horizon' without 'void'");
                    }
                }
                case "reason" -> fields.put(PacketField.REASON, reason(value));
                case "cut" -> damage.add(new Damage.Cut(Expression.parse(value)));
                case "trim" -> damage.add(new Damage.Trim(Expression.parse(value)));
                case "pad" -> damage.add(new Damage.Pad(Expression.parse(value)));
                case "flip" -> damage.add(pair(value, Damage.Flip::new));
                case "put" -> damage.add(pair(value, Damage.Put::new));
                case "sign" -> damage.add(new Damage.Sign());
                case "classes", "quanta" -> throw value.error("a pause is a step of its own: 'pause'");
                default -> fields.put(field(each.getKey(), value), Expression.parse(value));
            }
        }
        if (hasFlags) {
            fields.put(PacketField.FLAGS, Expression.of(flags));
        }
        return new PacketPlan(kind(map), fields, payload, damage);
    }

    private interface PairMaker {
        Damage make(Expression first, Expression second);
    }

    private static Damage pair(YamlValue value, PairMaker maker) {
        List<YamlValue> pair = value.list();
        if (pair.size() != 2) {
            throw value.error("two numbers are expected here, such as [42, 0x55]");
        }
        return maker.make(Expression.parse(pair.get(0)), Expression.parse(pair.get(1)));
    }

    private static PacketField field(String label, YamlValue value) {
        PacketField field = PacketField.ofLabel(label);
        if (field == null || field == PacketField.LENGTH || field == PacketField.FLAGS) {
            throw value.error("unknown key '" + label + "' of a packet");
        }
        return field;
    }

    private static Expression reason(YamlValue value) {
        String name = value.text().toUpperCase(Locale.ROOT);
        for (int code = 0; code <= 0xFF; code++) {
            if (NackReason.name(code).equals(name)) {
                return Expression.of(code);
            }
        }
        return Expression.parse(value);
    }

    static PayloadPlan payload(
            Map<String, YamlValue> map, @Nullable Expression length, @Nullable Expression filler, YamlValue owner) {
        YamlValue bytes = map.get("bytes");
        Expression givenLength = Expression.optional(map, "length");
        Expression value = Expression.optional(map, "value");
        Expression pattern = Expression.optional(map, "pattern");
        if (bytes != null) {
            if (givenLength != null || value != null || pattern != null) {
                throw owner.error("'bytes' say it all; leave out length, value and pattern");
            }
            return PayloadPlan.of(bytes.hex());
        }
        return new PayloadPlan(
                null, givenLength == null ? length : givenLength, value == null ? filler : value, pattern);
    }

    static PacketMatch match(YamlValue from) {
        Map<String, YamlValue> map = from.map();
        Map<PacketField, Condition> fields = new EnumMap<>(PacketField.class);
        PayloadPlan payload = null;
        int flags = 0;
        int mask = 0;
        for (Map.Entry<String, YamlValue> each : map.entrySet()) {
            YamlValue value = each.getValue();
            switch (each.getKey()) {
                case "kind" -> {}
                case "at" ->
                    fields.put(
                            PacketField.ADDRESS,
                            new Condition(Relation.IS, Expression.parse("remote + (" + value.text() + ")", value)));
                case "bytes" -> payload = PayloadPlan.of(value.hex());
                case "pattern" -> {
                    Expression length = Expression.optional(map, "length");
                    if (length == null) {
                        throw value.error("'pattern' needs 'length'");
                    }
                    payload = new PayloadPlan(null, length, null, Expression.parse(value));
                }
                case "length" -> fields.put(PacketField.LENGTH, new Condition(Relation.IS, Expression.parse(value)));
                case "fenced", "again" -> {
                    int bit = each.getKey().equals("again") ? AinicLayout.RETRANSMITTED : AinicLayout.FENCED;
                    mask |= bit;
                    flags |= value.flag() ? bit : 0;
                }
                case "void" -> {
                    mask |= AinicLayout.VOID;
                    if (value.text().equals("false")) {
                        continue;
                    }
                    flags |= AinicLayout.VOID;
                    fields.put(PacketField.KEY, new Condition(Relation.IS, Expression.parse(value)));
                    fields.put(PacketField.LENGTH, new Condition(Relation.IS, ZERO));
                }
                case "horizon" -> fields.put(PacketField.ADDRESS, new Condition(Relation.IS, Expression.parse(value)));
                case "reason" -> fields.put(PacketField.REASON, new Condition(Relation.IS, reason(value)));
                default -> fields.put(field(each.getKey(), value), condition(value));
            }
        }
        return new PacketMatch(kind(map), fields, payload, flags, mask);
    }

    private static Condition condition(YamlValue value) {
        String text = value.text();
        if (text.equals("absent")) {
            return new Condition(Relation.ABSENT, ZERO);
        }
        if (text.startsWith("after ")) {
            return new Condition(Relation.AFTER, Expression.parse(text.substring("after ".length()), value));
        }
        if (text.startsWith("not ")) {
            return new Condition(Relation.IS_NOT, Expression.parse(text.substring("not ".length()), value));
        }
        return new Condition(Relation.IS, Expression.parse(value));
    }
}

package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.LinkPlan.Count;
import io.heliograph.emulator.conformance.LinkPlan.Deed;
import io.heliograph.emulator.conformance.LinkPlan.Event;
import io.heliograph.emulator.conformance.LinkPlan.Noise;
import io.heliograph.emulator.conformance.LinkPlan.Operation;
import io.heliograph.emulator.input.YamlValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads scenarios with a switch in between. */
final class LinkPlanReader {
    private static final Expression ONE = Expression.of(1);

    private LinkPlanReader() {}

    static LinkPlan read(YamlValue from) {
        Map<String, YamlValue> map = from.map(Set.of("delay", "operations", "events", "noise", "done", "sent", "rate"));
        List<Operation> operations = new ArrayList<>();
        YamlValue.require(map, "operations", from).list().forEach(each -> operations.add(operation(each)));
        List<Event> events = new ArrayList<>();
        if (map.containsKey("events")) {
            YamlValue.require(map, "events", from).list().forEach(each -> events.add(event(each)));
        }
        List<Count> counts = new ArrayList<>();
        if (map.containsKey("sent")) {
            YamlValue.require(map, "sent", from).list().forEach(each -> counts.add(count(each)));
        }
        YamlValue noise = map.get("noise");
        return new LinkPlan(
                Expression.duration(YamlValue.require(map, "delay", from)),
                operations,
                events,
                noise == null ? Noise.NONE : noise(noise),
                Expression.duration(YamlValue.require(map, "done", from)),
                counts,
                Expression.optional(map, "rate"));
    }

    private static boolean fromDevice(YamlValue from, Map<String, YamlValue> map) {
        YamlValue who = YamlValue.require(map, "from", from);
        return switch (who.text()) {
            case "device" -> true;
            case "peer" -> false;
            default -> throw who.error("'" + who.text() + "' is neither device nor peer");
        };
    }

    private static Operation operation(YamlValue from) {
        Map<String, YamlValue> map = from.map(Set.of("from", "count", "length", "immediate-every", "fenced", "queues"));
        YamlValue length = YamlValue.require(map, "length", from);
        String[] ends = length.text().split("\\.\\.", -1);
        Expression least = Expression.parse(ends[0].strip(), length);
        Expression count = Expression.optional(map, "count");
        return new Operation(
                fromDevice(from, map),
                count == null ? ONE : count,
                least,
                ends.length == 1 ? least : Expression.parse(ends[1].strip(), length),
                StepReader.number(map.get("immediate-every"), 0),
                YamlValue.flag(map, "fenced"),
                StepReader.number(map.get("queues"), 1));
    }

    private static Event event(YamlValue from) {
        Map<String, YamlValue> map =
                from.map(Set.of("from", "kind", "engine", "psn", "iteration", "do", "time", "bytes", "bit", "packet"));
        YamlValue deedValue = YamlValue.require(map, "do", from);
        Deed deed = null;
        for (Deed each : Deed.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(deedValue.text())) {
                deed = each;
            }
        }
        if (deed == null) {
            throw deedValue.error(
                    "'" + deedValue.text() + "' is no deed; there are drop, duplicate, delay, corrupt, trim, forge");
        }
        Expression value = switch (deed) {
            case DUPLICATE, DELAY -> Expression.duration(YamlValue.require(map, "time", from));
            case TRIM ->
                map.containsKey("bytes") ? Expression.parse(YamlValue.require(map, "bytes", from)) : Expression.of(128);
            case CORRUPT ->
                map.containsKey("bit") ? Expression.parse(YamlValue.require(map, "bit", from)) : Expression.of(77);
            default -> Expression.of(0);
        };
        YamlValue packet = map.get("packet");
        if (deed == Deed.FORGE != (packet != null)) {
            throw from.error("a forged packet, and no other, is said by 'packet'");
        }
        YamlValue psn = map.get("psn");
        return new Event(
                from.where(),
                fromDevice(from, map),
                PacketReader.kind(map),
                StepReader.number(map.get("engine"), 0),
                psn == null ? null : PsnSet.parse(psn),
                StepReader.number(map.get("iteration"), 1),
                deed,
                value,
                packet == null ? null : PacketReader.plan(packet));
    }

    private static Noise noise(YamlValue from) {
        Map<String, YamlValue> map = from.map(Set.of("loss", "duplicate", "delay", "corrupt", "trim"));
        return new Noise(
                StepReader.number(map.get("loss"), 0),
                StepReader.number(map.get("duplicate"), 0),
                StepReader.number(map.get("delay"), 0),
                StepReader.number(map.get("corrupt"), 0),
                StepReader.number(map.get("trim"), 0));
    }

    private static Count count(YamlValue from) {
        Map<String, YamlValue> map = from.map(Set.of("from", "psn", "times", "rule"));
        YamlValue times = YamlValue.require(map, "times", from);
        String[] ends = times.text().split("\\.\\.", -1);
        YamlValue rule = map.get("rule");
        int least = (int) Expression.parse(ends[0].strip(), times).value(Map.of());
        return new Count(
                from.where(),
                rule == null ? "" : rule.text(),
                fromDevice(from, map),
                PsnSet.parse(YamlValue.require(map, "psn", from)),
                least,
                ends.length == 1
                        ? least
                        : (int) Expression.parse(ends[1].strip(), times).value(Map.of()));
    }
}

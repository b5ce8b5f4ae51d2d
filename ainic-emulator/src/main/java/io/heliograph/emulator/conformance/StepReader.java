package io.heliograph.emulator.conformance;

import io.heliograph.emulator.input.YamlValue;
import io.heliograph.transport.Completion;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the steps of scripted scenarios. */
final class StepReader {
    private static final int FIRST_PEER = 2;
    private static final Expression ZERO = Expression.of(0);
    private static final Set<String> VERBS = Set.of(
            "send",
            "expect",
            "ack",
            "quiet",
            "wait",
            "forget",
            "post",
            "completions",
            "memory",
            "register",
            "deregister",
            "incarnation",
            "let",
            "rates",
            "deny",
            "pause",
            "repeat");

    private StepReader() {}

    static List<Step> steps(YamlValue from) {
        List<Step> steps = new ArrayList<>();
        for (YamlValue each : from.list()) {
            steps.add(step(each));
        }
        return steps;
    }

    private static Step step(YamlValue from) {
        Map<String, YamlValue> map = from.map();
        Set<String> verbs = new HashSet<>(map.keySet());
        verbs.retainAll(VERBS);
        if (verbs.size() != 1) {
            throw from.error("a step has one of " + String.join(", ", new java.util.TreeSet<>(VERBS)));
        }
        String verb = verbs.iterator().next();
        YamlValue what = YamlValue.require(map, verb, from);
        String where = from.where();
        YamlValue ruleValue = map.get("rule");
        String rule = ruleValue == null ? "" : ruleValue.text();
        if (ruleValue != null && !RuleBook.shipped().contains(rule)) {
            throw ruleValue.error("there is no rule " + rule);
        }
        return switch (verb) {
            case "send" -> {
                from.map(Set.of("send", "from", "burst", "rule"));
                List<PacketPlan> packets = new ArrayList<>();
                what.list().forEach(each -> packets.add(PacketReader.plan(each)));
                Expression burst = Expression.optional(map, "burst");
                yield new Step.Send(where, rule, peer(map.get("from")), packets, burst);
            }
            case "expect" -> expect(from, map, what, rule);
            case "ack" -> {
                from.map(Set.of("ack", "to", "engine", "with", "rule"));
                YamlValue with = map.get("with");
                PacketMatch match =
                        with == null ? new PacketMatch(WireKind.SACK, Map.of(), null, 0, 0) : PacketReader.match(with);
                Expression engine = Expression.optional(map, "engine");
                yield new Step.Ack(
                        where, rule, peer(map.get("to")), engine == null ? ZERO : engine, PsnSet.parse(what), match);
            }
            case "quiet" -> {
                from.map(Set.of("quiet", "strict", "allow-again", "rule"));
                yield new Step.Quiet(
                        where,
                        rule,
                        what.text().equals("now") ? null : Expression.duration(what),
                        YamlValue.flag(map, "strict"),
                        YamlValue.flag(map, "allow-again"));
            }
            case "wait" -> {
                from.map(Set.of("wait", "rule"));
                yield new Step.Wait(where, rule, Expression.duration(what));
            }
            case "forget" -> {
                from.map(Set.of("forget", "rule"));
                yield new Step.Forget(where, rule);
            }
            case "post" -> {
                from.map(Set.of("post", "rule"));
                List<Step.WritePlan> writes = new ArrayList<>();
                what.list().forEach(each -> writes.add(write(each)));
                yield new Step.Post(where, rule, writes);
            }
            case "completions" -> {
                from.map(Set.of("completions", "ordered", "within", "rule"));
                List<CompletionMatch> expected = new ArrayList<>();
                what.list().forEach(each -> expected.add(completion(each)));
                YamlValue within = map.get("within");
                yield new Step.Completions(
                        where,
                        rule,
                        expected,
                        YamlValue.flag(map, "ordered"),
                        within == null ? null : Expression.duration(within));
            }
            case "memory" -> {
                from.map(Set.of("memory", "rule"));
                yield new Step.Memory(where, rule, patches(what));
            }
            case "register" -> {
                from.map(Set.of("register", "writable", "rule"));
                yield new Step.Register(
                        where, rule, what.text(), !map.containsKey("writable") || YamlValue.flag(map, "writable"));
            }
            case "deregister" -> {
                from.map(Set.of("deregister", "rule"));
                yield new Step.Deregister(where, rule, what.text());
            }
            case "incarnation" -> {
                from.map(Set.of("incarnation", "of", "rule"));
                yield new Step.Incarnation(where, rule, number(map.get("of"), FIRST_PEER), Expression.parse(what));
            }
            case "let" -> {
                from.map(Set.of("let", "be", "rule"));
                yield new Step.Let(where, rule, what.text(), Expression.parse(YamlValue.require(map, "be", from)));
            }
            case "rates" -> {
                from.map(Set.of("rates", "rule"));
                Map<Integer, Expression> rates = new TreeMap<>();
                what.map().forEach((name, value) -> rates.put(number(name, value), Expression.parse(value)));
                yield new Step.Rates(where, rule, rates);
            }
            case "deny" -> {
                from.map(Set.of("deny", "rule"));
                yield new Step.Deny(where, rule, Expression.parse(what));
            }
            case "pause" -> {
                from.map(Set.of("pause", "classes", "rule"));
                yield new Step.Pause(
                        where, rule, Expression.parse(YamlValue.require(map, "classes", from)), Expression.parse(what));
            }
            default -> {
                from.map(Set.of("repeat", "as", "steps", "rule"));
                YamlValue as = map.get("as");
                yield new Step.Repeat(
                        where,
                        rule,
                        Expression.parse(what),
                        as == null ? "i" : as.text(),
                        steps(YamlValue.require(map, "steps", from)));
            }
        };
    }

    private static Step expect(YamlValue from, Map<String, YamlValue> map, YamlValue what, String rule) {
        from.map(Set.of("expect", "to", "after", "before", "save", "rule"));
        Map<PacketField, String> saves = new EnumMap<>(PacketField.class);
        YamlValue save = map.get("save");
        if (save != null) {
            save.map().forEach((name, value) -> {
                PacketField field = PacketField.ofLabel(value.text());
                if (field == null) {
                    throw value.error("'" + value.text() + "' is no field of a packet");
                }
                saves.put(field, name);
            });
        }
        YamlValue after = map.get("after");
        YamlValue before = map.get("before");
        return new Step.Expect(
                from.where(),
                rule,
                peer(map.get("to")),
                PacketReader.match(what),
                after == null ? null : Expression.duration(after),
                before == null ? null : Expression.duration(before),
                saves);
    }

    private static Expression peer(@Nullable YamlValue value) {
        return value == null ? Expression.of(FIRST_PEER) : Expression.parse(value);
    }

    static int number(@Nullable YamlValue value, int otherwise) {
        return value == null ? otherwise : number(value.text(), value);
    }

    private static int number(String text, YamlValue value) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw value.error("'" + text + "' is no number");
        }
    }

    private static Step.WritePlan write(YamlValue from) {
        Map<String, YamlValue> map = from.map(Set.of("to", "queue", "at", "length", "imm", "fenced", "cookie"));
        Expression queue = Expression.optional(map, "queue");
        Expression at = Expression.optional(map, "at");
        return new Step.WritePlan(
                number(map.get("to"), FIRST_PEER),
                queue == null ? ZERO : queue,
                at == null ? ZERO : at,
                Expression.parse(YamlValue.require(map, "length", from)),
                Expression.optional(map, "imm"),
                YamlValue.flag(map, "fenced"),
                Expression.parse(YamlValue.require(map, "cookie", from)));
    }

    private static List<Step.Patch> patches(YamlValue what) {
        List<Step.Patch> patches = new ArrayList<>();
        if (!what.isMap() && !what.isList() && what.text().equals("same")) {
            return patches;
        }
        for (YamlValue each : what.list()) {
            Map<String, YamlValue> map = each.map(Set.of("at", "address", "bytes", "length", "value", "pattern"));
            YamlValue at = map.get("at");
            Expression address = at == null
                    ? Expression.parse(YamlValue.require(map, "address", each))
                    : Expression.parse("target + base + (" + at.text() + ")", at);
            patches.add(
                    new Step.Patch(address, PacketReader.payload(map, Expression.of(1), Expression.of(0x11), each)));
        }
        return patches;
    }

    private static CompletionMatch completion(YamlValue from) {
        if (from.isMap()) {
            Map<String, YamlValue> map = from.map(Set.of("imm", "queue", "length"));
            return new CompletionMatch(
                    Completion.IMMEDIATE,
                    0,
                    Expression.parse(YamlValue.require(map, "imm", from)),
                    Expression.optional(map, "queue"),
                    Expression.optional(map, "length"));
        }
        String[] words = from.text().split(" ", 2);
        if (words.length != 2) {
            throw from.error("'" + from.text() + "' is no completion; write 'SUCCESS 0', 'imm 5' or 'event PEER_GONE'");
        }
        if (words[0].equals("imm")) {
            return new CompletionMatch(Completion.IMMEDIATE, 0, Expression.parse(words[1], from), null, null);
        }
        boolean event = words[0].equals("event");
        int status = StatusNames.code(event ? words[1] : words[0]);
        if (status < 0) {
            throw from.error("'" + from.text() + "': there is no such status");
        }
        return event
                ? new CompletionMatch(Completion.PEER_EVENT, status, ZERO, null, null)
                : new CompletionMatch(Completion.WRITE, status, Expression.parse(words[1], from), null, null);
    }
}

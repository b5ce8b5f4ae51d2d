package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.RegisterPlan.Act;
import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.EntryField;
import io.heliograph.emulator.device.layout.EventEntry;
import io.heliograph.emulator.device.layout.PathEntry;
import io.heliograph.emulator.device.layout.PeerEntry;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.RateEntry;
import io.heliograph.emulator.device.layout.RegionEntry;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.WorkEntry;
import io.heliograph.emulator.input.YamlValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads scenarios of a driver. */
final class RegisterPlanReader {
    /** The keys of each verb; those whose values are names are listed below. */
    private static final Map<String, Set<String>> VERBS = Map.ofEntries(
            Map.entry("write", Set.of("register", "queue", "value")),
            Map.entry("read", Set.of("register", "queue", "is")),
            Map.entry("poke", Set.of("offset", "bytes", "value", "times")),
            Map.entry("peek", Set.of("offset", "bytes", "is")),
            Map.entry("set-up", Set.of("incarnation")),
            Map.entry("start", Set.of("incarnation", "peer")),
            Map.entry("enable-queue", Set.of("queue")),
            Map.entry("run", Set.of("for")),
            Map.entry("work", fields(WorkEntry.values(), "in", "index")),
            Map.entry("region", fields(RegionEntry.values(), "index", "status")),
            Map.entry("peer", fields(PeerEntry.values(), "index", "status")),
            Map.entry("region-entry", fields(RegionEntry.values(), "index")),
            Map.entry("peer-entry", fields(PeerEntry.values(), "index")),
            Map.entry("region-is", fields(RegionEntry.values(), "index")),
            Map.entry("peer-is", fields(PeerEntry.values(), "index")),
            Map.entry("peer-writes", Set.of("count", "queue", "length", "immediate", "key")),
            Map.entry("map", Set.of("address", "length")),
            Map.entry("unmap", Set.of("address")),
            Map.entry("interrupts", Set.of("vector", "raised")),
            Map.entry("rate", fields(RateEntry.values(), "index")),
            Map.entry("path", fields(PathEntry.values(), "index")),
            Map.entry("completion", fields(CompletionEntry.values(), "index")),
            Map.entry("event", Set.of("type", "code")),
            Map.entry("event-is", fields(EventEntry.values(), "place")),
            Map.entry("works", fields(WorkEntry.values())),
            Map.entry("remember", Set.of()),
            Map.entry("unchanged", Set.of()));

    private static final Set<String> WORDS = Set.of("register");

    private RegisterPlanReader() {}

    private static Set<String> fields(EntryField[] fields, String... more) {
        Set<String> all = new HashSet<>(Arrays.asList(more));
        for (EntryField each : fields) {
            all.add(each.name().toLowerCase(Locale.ROOT));
        }
        return Set.copyOf(all);
    }

    static RegisterPlan read(YamlValue from) {
        List<Act> acts = new ArrayList<>();
        for (YamlValue each : from.list()) {
            Map<String, YamlValue> line = each.map(VERBS.keySet());
            if (line.size() != 1) {
                throw each.error("a line has one of "
                        + String.join(", ", VERBS.keySet().stream().sorted().toList()));
            }
            String verb = line.keySet().iterator().next();
            acts.add(act(verb, line.values().iterator().next()));
        }
        return new RegisterPlan(acts);
    }

    private static Act act(String verb, YamlValue from) {
        Map<String, String> words = new HashMap<>();
        Map<String, Expression> values = new HashMap<>();
        from.map(VERBS.getOrDefault(verb, Set.of())).forEach((key, value) -> {
            if (WORDS.contains(key)) {
                words.put(key, value.text());
            } else if (key.equals("for")) {
                values.put(key, Expression.duration(value));
            } else {
                values.put(key, Expression.parse(value));
            }
        });
        String register = words.get("register");
        if (register != null) {
            boolean isQueues = values.containsKey("queue");
            boolean known = isQueues
                    ? Arrays.stream(QueueRegister.values())
                            .anyMatch(each -> each.name().equals(register))
                    : Arrays.stream(Register.values())
                            .anyMatch(each -> each.name().equals(register));
            if (!known) {
                throw from.error("there is no register " + register + (isQueues ? " of a queue" : ""));
            }
        }
        return new Act(from.where(), verb, words, values);
    }
}

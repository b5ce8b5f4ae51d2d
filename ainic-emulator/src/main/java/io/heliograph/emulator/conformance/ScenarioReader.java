package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.DeviceUnderTest.Ability;
import io.heliograph.emulator.input.InputFileException;
import io.heliograph.emulator.input.YamlValue;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads scenario files: YAML lists of scenarios, whose form CONFORMANCE.md describes. All of a file is read before any of it runs; what makes no sense is named with file and line.
 *
 * <p>Any thread.
 */
public final class ScenarioReader {
    private static final Set<String> KEYS =
            Set.of("scenario", "says", "rules", "needs", "setup", "steps", "link", "registers");
    private static final Set<String> SETUP =
            Set.of("mtu", "window", "slots", "peers", "engines", "line-rate", "flow-control", "ipv6");

    private ScenarioReader() {}

    /** The scenarios that the kit ships. */
    public static List<Scenario> shipped() {
        List<Scenario> all = new ArrayList<>();
        Set<String> chapters = new java.util.LinkedHashSet<>();
        RuleBook.shipped().numbers().forEach(number -> chapters.add(number.substring(0, number.indexOf('.'))));
        for (String chapter : chapters) {
            String file = chapter + ".yaml";
            if (ScenarioReader.class.getResource("scenarios/" + file) != null) {
                all.addAll(read(file, RuleBook.resource("scenarios/" + file)));
            }
        }
        Set<String> names = new HashSet<>();
        for (Scenario each : all) {
            if (!names.add(each.name())) {
                throw new InputFileException(each.where(), "another scenario has the name " + each.name());
            }
        }
        return all;
    }

    /**
     * Reads the text of a file.
     *
     * @param file what errors call it
     * @throws InputFileException if it makes no sense
     */
    public static List<Scenario> read(String file, String text) {
        List<Scenario> scenarios = new ArrayList<>();
        for (YamlValue each : YamlValue.parse(file, text).list()) {
            scenarios.add(scenario(each));
        }
        return scenarios;
    }

    private static Scenario scenario(YamlValue from) {
        Map<String, YamlValue> map = from.map(KEYS);
        List<String> rules = new ArrayList<>();
        for (YamlValue each : YamlValue.require(map, "rules", from).list()) {
            if (!RuleBook.shipped().contains(each.text())) {
                throw each.error("there is no rule " + each.text());
            }
            rules.add(each.text());
        }
        if (rules.isEmpty()) {
            throw from.error("a scenario exercises at least one rule");
        }
        Set<Ability> needs = EnumSet.noneOf(Ability.class);
        YamlValue wanted = map.get("needs");
        if (wanted != null) {
            for (YamlValue each : wanted.list()) {
                needs.add(ability(each));
            }
        }
        YamlValue set = map.get("setup");
        DeviceSetup setup = set == null ? DeviceSetup.DEFAULT : setup(set);
        if (set != null) {
            needs.add(Ability.SETUP);
        }
        if (setup.flowControl()) {
            needs.add(Ability.FLOW_CONTROL);
        }
        Scenario.Body body = body(from, map, needs);
        return new Scenario(
                YamlValue.require(map, "scenario", from).text(),
                from.where(),
                YamlValue.require(map, "says", from).text(),
                rules,
                needs,
                setup,
                body);
    }

    private static Scenario.Body body(YamlValue from, Map<String, YamlValue> map, Set<Ability> needs) {
        Set<String> bodies = new HashSet<>(map.keySet());
        bodies.retainAll(Set.of("steps", "link", "registers"));
        if (bodies.size() != 1) {
            throw from.error("a scenario has one of steps, link and registers");
        }
        if (bodies.contains("link")) {
            needs.add(Ability.APPLICATION);
            needs.add(Ability.MEMORY);
            return LinkPlanReader.read(YamlValue.require(map, "link", from));
        }
        if (bodies.contains("registers")) {
            return RegisterPlanReader.read(YamlValue.require(map, "registers", from));
        }
        List<Step> steps = StepReader.steps(YamlValue.require(map, "steps", from));
        addNeeds(steps, needs);
        if (!looksAtAnswers(steps)) {
            needs.add(Ability.MEMORY);
        }
        return new Script(steps);
    }

    private static void addNeeds(List<Step> steps, Set<Ability> needs) {
        for (Step each : steps) {
            switch (each) {
                case Step.Register _, Step.Deregister _ -> needs.add(Ability.REGIONS);
                case Step.Rates _ -> needs.add(Ability.RATES);
                case Step.Deny _ -> needs.add(Ability.PATHS);
                case Step.Pause _ -> needs.add(Ability.FLOW_CONTROL);
                case Step.Post _, Step.Completions _ -> needs.add(Ability.APPLICATION);
                case Step.Send send when send.burst() != null -> needs.add(Ability.BURSTS);
                case Step.Repeat repeat -> addNeeds(repeat.steps(), needs);
                default -> {}
            }
        }
    }

    /** Whether any answer of the device is looked at: what is not must be looked for in its memory. */
    private static boolean looksAtAnswers(List<Step> steps) {
        return steps.stream()
                .anyMatch(each -> each instanceof Step.Expect
                        || each instanceof Step.Ack
                        || each instanceof Step.Quiet
                        || each instanceof Step.Repeat repeat && looksAtAnswers(repeat.steps()));
    }

    private static Ability ability(YamlValue value) {
        String wanted = value.text().toUpperCase(java.util.Locale.ROOT).replace('-', '_');
        for (Ability each : Ability.values()) {
            if (each.name().equals(wanted)) {
                return each;
            }
        }
        throw value.error("a device cannot be asked for '" + value.text() + "'");
    }

    private static DeviceSetup setup(YamlValue from) {
        Map<String, YamlValue> map = from.map(SETUP);
        DeviceSetup usual = DeviceSetup.DEFAULT;
        YamlValue lineRate = map.get("line-rate");
        return new DeviceSetup(
                usual.seed(),
                usual.incarnation(),
                usual.startNs(),
                StepReader.number(map.get("mtu"), usual.mtuBytes()),
                StepReader.number(map.get("window"), usual.windowPackets()),
                StepReader.number(map.get("slots"), usual.receiveSlots()),
                StepReader.number(map.get("peers"), usual.maxPeers()),
                StepReader.number(map.get("engines"), usual.engines()),
                lineRate == null
                        ? usual.lineRateBitsPerSecond()
                        : Expression.parse(lineRate).value(Map.of()),
                YamlValue.flag(map, "flow-control"),
                YamlValue.flag(map, "ipv6"),
                usual.node(),
                "");
    }
}

package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.Verdict.Outcome;
import io.heliograph.emulator.conformance.Verdict.TracedFrame;
import io.heliograph.emulator.input.YamlValue;
import io.heliograph.transport.EndpointConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers the verdicts on one device and tells them rule by rule. */
public final class ConformanceReport {
    private static final int BRIEF = 60;

    private static final class Tally {
        int runs;
        int failures;
        String reason = "";

        @org.jspecify.annotations.Nullable
        Verdict first;
    }

    private final RuleBook rules;
    private final Map<String, Tally> tallies = new LinkedHashMap<>();
    private final Map<String, String> notJudged = new HashMap<>();
    private int runs;
    private int failures;

    /** A report of nothing yet. */
    public ConformanceReport() {
        rules = RuleBook.shipped();
        rules.numbers().forEach(number -> tallies.put(number, new Tally()));
        YamlValue.parse("not-judged.yaml", RuleBook.resource("not-judged.yaml"))
                .map()
                .forEach((number, why) -> notJudged.put(number, why.text()));
    }

    /** Adds a run. */
    public void add(Verdict verdict) {
        if (verdict.outcome() == Outcome.NOT_EXERCISED) {
            verdict.scenario().rules().forEach(rule -> tally(rule).reason = verdict.explanation());
            return;
        }
        runs++;
        if (verdict.outcome() == Outcome.FAIL) {
            failures++;
            Tally broken = tally(verdict.rule());
            broken.runs++;
            broken.failures++;
            if (broken.first == null) {
                broken.first = verdict;
            }
            return;
        }
        verdict.scenario().rules().forEach(rule -> tally(rule).runs++);
    }

    /** Adds what was judged without a scenario: a rule that was looked at so many times in a capture. */
    void addLooks(String rule, int times) {
        tally(rule).runs += times;
        runs++;
    }

    private Tally tally(String rule) {
        return tallies.computeIfAbsent(rule, any -> new Tally());
    }

    /** Runs so far that were exercised. */
    public int runs() {
        return runs;
    }

    /** Runs in which a rule was broken. */
    public int failures() {
        return failures;
    }

    /** All rules in the order of the documents. */
    public List<RuleResult> results() {
        List<RuleResult> results = new ArrayList<>();
        tallies.forEach((rule, tally) -> {
            Outcome outcome = tally.failures > 0 ? Outcome.FAIL : tally.runs > 0 ? Outcome.PASS : Outcome.NOT_EXERCISED;
            String reason = outcome != Outcome.NOT_EXERCISED
                    ? ""
                    : notJudged.getOrDefault(
                            rule, tally.reason.isEmpty() ? "no scenario of this run is about it" : tally.reason);
            results.add(
                    new RuleResult(rule, rules.text(rule), outcome, tally.runs, tally.failures, reason, tally.first));
        });
        return results;
    }

    /** The table for people: a row for each rule, and below a failed one what was wrong, in the rule's words. */
    public String table() {
        StringBuilder text = new StringBuilder();
        text.append("%-6s %-14s %6s %6s  %s%n".formatted("rule", "result", "runs", "fails", "says"));
        for (RuleResult each : results()) {
            String result = switch (each.outcome()) {
                case PASS -> "pass";
                case FAIL -> "FAIL";
                case NOT_EXERCISED -> "not exercised";
            };
            String says = each.outcome() == Outcome.NOT_EXERCISED
                    ? "(" + each.reason() + ")"
                    : rules.brief(each.rule(), BRIEF);
            text.append("%-6s %-14s %6d %6d  %s%n".formatted(each.rule(), result, each.runs(), each.failures(), says));
            Verdict first = each.first();
            if (first != null) {
                explain(first, each.rule(), text);
            }
        }
        return text.toString();
    }

    private void explain(Verdict verdict, String rule, StringBuilder text) {
        String line = "         ";
        text.append(line)
                .append("scenario ")
                .append(verdict.scenario().name())
                .append(", seed ")
                .append(verdict.seed())
                .append(": ")
                .append(verdict.explanation())
                .append(System.lineSeparator());
        if (verdict.packet() > 0 && verdict.packet() <= verdict.trace().size()) {
            TracedFrame frame = verdict.trace().get(verdict.packet() - 1);
            text.append(line)
                    .append("packet ")
                    .append(verdict.packet())
                    .append(frame.fromDevice() ? " from the device" : " to the device")
                    .append(", at ")
                    .append(frame.timeNs())
                    .append(" ns: ")
                    .append(describe(frame))
                    .append(System.lineSeparator());
        }
        text.append(line)
                .append(rule)
                .append(" says: ")
                .append(rules.brief(rule, 400))
                .append(System.lineSeparator());
    }

    /** A frame in words. */
    static String describe(TracedFrame frame) {
        try (WireCodec codec = new WireCodec(EndpointConfig.ROCE_V2_PORT)) {
            WirePacket packet = codec.decode(frame.bytes(), frame.timeNs());
            if (packet == null) {
                return codec.defect() + ", " + frame.bytes().length + " bytes";
            }
            return (codec.isTrimmed() ? "trimmed " : "") + packet;
        }
    }
}

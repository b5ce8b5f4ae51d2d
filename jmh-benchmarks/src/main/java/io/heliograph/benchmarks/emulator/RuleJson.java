package io.heliograph.benchmarks.emulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.emulator.conformance.RuleResult;
import io.heliograph.emulator.conformance.Verdict;
import java.util.Locale;

/** What a device did about one rule, as an object of the report. */
final class RuleJson {
    private RuleJson() {}

    static void fill(ObjectNode row, RuleResult result) {
        row.put("rule", result.rule())
                .put("result", result.outcome().name().toLowerCase(Locale.ROOT))
                .put("runs", result.runs())
                .put("failures", result.failures())
                .put("says", result.text());
        if (!result.reason().isEmpty()) {
            row.put("reason", result.reason());
        }
        Verdict first = result.first();
        if (first != null) {
            row.put("scenario", first.scenario().name())
                    .put("seed", first.seed())
                    .put("explanation", first.explanation())
                    .put("packet", first.packet());
        }
    }
}

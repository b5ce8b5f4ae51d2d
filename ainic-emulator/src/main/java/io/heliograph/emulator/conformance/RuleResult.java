package io.heliograph.emulator.conformance;

import org.jspecify.annotations.Nullable;

/**
 * What a device did about one rule.
 *
 * @param rule its number
 * @param text what it says
 * @param outcome FAIL if any run broke it, PASS if at least one exercised it and none broke it
 * @param runs runs that exercised it
 * @param failures runs that broke it
 * @param reason why it was not exercised; empty if it was
 * @param first the first run that broke it, or null
 */
public record RuleResult(
        String rule,
        String text,
        Verdict.Outcome outcome,
        int runs,
        int failures,
        String reason,
        @Nullable Verdict first) {}

package io.heliograph.benchmarks.forward;

import io.heliograph.benchmarks.session.RunFailure;
import java.util.List;
import java.util.regex.Pattern;

/** What testpmd printed, as numbers. */
final class TestpmdOutput {

    private static final Pattern RATE = Pattern.compile("Tx-pps:\\s+(\\d+)");
    private static final Pattern FORWARDED = Pattern.compile(
            "Accumulated forward statistics for all ports\\S*\\s+RX-packets:.*\\s+TX-packets:\\s+(\\d+)");

    private final String text;

    TestpmdOutput(String text) {
        this.text = text;
    }

    /** Sent between {@code start} and {@code stop}. */
    long forwarded() {
        return last(FORWARDED);
    }

    /** Sent a second, between the last two looks at the port. */
    long packetsPerSecond() {
        return last(RATE);
    }

    private long last(Pattern pattern) {
        List<String> found =
                pattern.matcher(text).results().map(result -> result.group(1)).toList();
        if (found.isEmpty()) {
            throw new RunFailure("testpmd did not say what was expected: pattern=" + pattern + " said=["
                    + text.strip().replaceAll("\\s*\n\\s*", " | ") + "]; run it by hand to see why");
        }
        return Long.parseLong(found.getLast());
    }
}

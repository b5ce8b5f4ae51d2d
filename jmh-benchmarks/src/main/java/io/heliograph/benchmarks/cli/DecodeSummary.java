package io.heliograph.benchmarks.cli;

import java.util.Map;

/** How many frames of a capture were what. */
final class DecodeSummary {

    private long frames;
    private long errors;
    private long wrongIcrc;
    private long trimmed;

    void add(Map<String, Object> fields) {
        frames++;
        if (fields.containsKey("error")) {
            errors++;
        } else if (Boolean.FALSE.equals(fields.get("icrcValid"))) {
            wrongIcrc++;
        } else if (fields.containsKey("trimmed")) {
            trimmed++;
        }
    }

    @Override
    public String toString() {
        return "%d frames: %d ours with a right ICRC, %d with a wrong one, %d trimmed, %d not ours or malformed"
                .formatted(frames, frames - errors - wrongIcrc - trimmed, wrongIcrc, trimmed, errors);
    }
}

package io.heliograph.emulator.conformance;

/** A device broke a rule; ends a run. */
final class BrokenRuleException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String rule;
    private final int packet;

    /**
     * Says which and how.
     *
     * @param rule empty for the first of the scenario
     * @param packet number in the trace, 0 for none
     */
    BrokenRuleException(String rule, int packet, String what) {
        super(what, null, false, false);
        this.rule = rule;
        this.packet = packet;
    }

    String rule() {
        return rule;
    }

    int packet() {
        return packet;
    }

    String what() {
        return String.valueOf(getMessage());
    }
}

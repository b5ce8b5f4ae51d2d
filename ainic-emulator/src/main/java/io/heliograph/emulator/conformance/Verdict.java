package io.heliograph.emulator.conformance;

import java.util.List;

/**
 * How one run of a scenario went.
 *
 * @param scenario what ran
 * @param seed of its chance
 * @param outcome how it went
 * @param rule the rule that was broken; empty if none was
 * @param explanation what was expected and what came, or why the scenario was not exercised; empty for a pass
 * @param packet number of the offending frame in the trace, from 1; 0 if there is none
 * @param trace all frames, in the order in which they passed the device's port
 * @param endNs the device's clock at the end
 */
public record Verdict(
        Scenario scenario,
        long seed,
        Outcome outcome,
        String rule,
        String explanation,
        int packet,
        List<TracedFrame> trace,
        long endNs) {
    /** How a run may go. */
    public enum Outcome {
        /** Everything was as the rules say. */
        PASS,
        /** A rule was broken. */
        FAIL,
        /** The device does not let the bench do what the scenario needs. */
        NOT_EXERCISED
    }

    /**
     * A frame at the device's port.
     *
     * @param timeNs when, on the device's clock
     * @param fromDevice whether the device sent it
     * @param bytes from the Ethernet header on
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    public record TracedFrame(long timeNs, boolean fromDevice, byte[] bytes) {}
}

package io.heliograph.emulator.conformance;

/** Not yet. */
record RegisterPlan() implements Scenario.Body {}

package io.heliograph.emulator.conformance;

import java.util.List;
import java.util.Map;

/** A scenario in which the bench is the device's driver and does everything by hand, right or wrong: registers, rings and tables of DEVICE.md. */
record RegisterPlan(List<Act> acts) implements Scenario.Body {
    /**
     * One line.
     *
     * @param where file and line
     * @param verb what is done or expected
     * @param words names, such as that of a register
     * @param values numbers
     */
    record Act(String where, String verb, Map<String, String> words, Map<String, Expression> values) {}
}

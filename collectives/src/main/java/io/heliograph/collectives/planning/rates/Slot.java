package io.heliograph.collectives.planning.rates;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A part of an iteration in which the same flows are there.
 *
 * @param label what it is about
 * @param computeNs how long ranks compute meanwhile
 * @param bytes payload of each flow
 */
record Slot(String label, long computeNs, Map<Flow, Double> bytes) {
    /** Takes over a copy. */
    Slot {
        bytes = Collections.unmodifiableMap(new LinkedHashMap<>(bytes));
    }
}

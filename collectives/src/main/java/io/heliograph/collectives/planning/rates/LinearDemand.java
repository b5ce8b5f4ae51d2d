package io.heliograph.collectives.planning.rates;

import java.util.Map;

/**
 * What is to be sent in some parts of an iteration, its flows in step with each other: variables of a linear program say which part of it in which part of time.
 *
 * @param bytes payload of each flow
 * @param latencyNs for which those who send it wait for each other, all of it together
 * @param first part of time in which it may be sent
 * @param released which part of it, from 0 to 1, may have been sent at the end of each part of time from {@code first} on
 * @param dueAt a part of time at whose end
 * @param due so much of it must have been sent
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LinearDemand(Map<Flow, Double> bytes, double latencyNs, int first, double[] released, int dueAt, double due) {
    /** The last part of time in which it may be sent. */
    int last() {
        return first + released.length - 1;
    }

    boolean mayBeSentIn(int part) {
        return part >= first && part <= last();
    }

    /** Whether it can be sent in one part of time alone. */
    boolean isBlocking() {
        return released.length == 1;
    }
}

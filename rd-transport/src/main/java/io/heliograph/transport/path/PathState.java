package io.heliograph.transport.path;

/** What a sender thinks of one path, much like the states of entropy values in OCP MRC 1.0. */
public enum PathState {
    /** In the round: it gets its share. */
    GOOD,
    /** Something said that it is congested: it is passed over for its next turns. */
    SKIPPED,
    /** Something sent by it was lost and nothing sent later by it arrived: a probe is on its way, and it gets no data if others can carry it. */
    SUSPECTED,
    /** It answers nothing, or loses far more than the others: it gets no data, and is probed until it answers. */
    ASSUMED_BAD,
    /** Forbidden by the operator: it gets neither data nor probes. */
    DENIED
}

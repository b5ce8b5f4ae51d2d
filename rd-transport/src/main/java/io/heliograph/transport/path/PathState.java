package io.heliograph.transport.path;

/** What a sender thinks of one path, after the entropy value states of OCP MRC 1.0 (section 9.3.1), which has no SUSPECTED. */
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

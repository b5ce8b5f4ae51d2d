package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.verbs_h;

/** Where a queue pair is in its life (InfiniBand architecture, section 10.3.1). */
public enum QueuePairState {
    /** Made, or taken back: what was posted is forgotten. */
    RESET(verbs_h.IBV_QPS_RESET()),
    /** Knows its port; receives may be posted. */
    INIT(verbs_h.IBV_QPS_INIT()),
    /** RTR: what arrives is placed. */
    READY_TO_RECEIVE(verbs_h.IBV_QPS_RTR()),
    /** RTS: sends go out too. */
    READY_TO_SEND(verbs_h.IBV_QPS_RTS()),
    /** SQD: sends are held back. */
    SENDS_DRAINED(verbs_h.IBV_QPS_SQD()),
    /** SQE: a send of an unreliable queue pair failed; further ones are flushed, receives go on. */
    SENDS_FAILED(verbs_h.IBV_QPS_SQE()),
    /** ERR: everything posted is flushed; only a reset helps. */
    FAILED(verbs_h.IBV_QPS_ERR());

    private final int state;

    QueuePairState(int state) {
        this.state = state;
    }

    /** {@code enum ibv_qp_state}. */
    int state() {
        return state;
    }

    static QueuePairState of(int state) {
        for (QueuePairState one : values()) {
            if (one.state == state) {
                return one;
            }
        }
        throw new IllegalArgumentException("not the state of a queue pair: state=" + state);
    }
}

package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.verbs_h;

/** What a queue pair offers (InfiniBand architecture, section 9.7 and following). */
public enum Service {
    /** RC: one peer; the device acknowledges, orders and repeats. */
    RELIABLE_CONNECTION(verbs_h.IBV_QPT_RC()),
    /** UD: any peer; messages of at most one packet, which may get lost. */
    UNRELIABLE_DATAGRAM(verbs_h.IBV_QPT_UD());

    private final int type;

    Service(int type) {
        this.type = type;
    }

    /** {@code enum ibv_qp_type}. */
    int type() {
        return type;
    }
}

package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.ibv_mr;
import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.MemorySegment;

/** Memory that a device may access ({@code struct ibv_mr}). The memory itself stays the caller's, and outlives this. */
public final class RegisteredMemory implements AutoCloseable {
    private final MemorySegment region;
    private final String values;
    private boolean closed;

    RegisteredMemory(MemorySegment region, String values) {
        this.region = region;
        this.values = values;
    }

    /** What the own requests name the memory by. */
    public int localKey() {
        return ibv_mr.lkey(region);
    }

    /** What others name it by. */
    public int remoteKey() {
        return ibv_mr.rkey(region);
    }

    /** Takes the access away; queue pairs that still use it fail. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Refused.check("ibv_dereg_mr", verbs_h.ibv_dereg_mr(region), values, "unbind its memory windows first");
        }
    }
}

package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.verbs_h;
import java.util.Set;

/** What a device may do with registered memory ({@code enum ibv_access_flags}); reading it for sends is always allowed. */
public enum MemoryAccess {
    /** Receives may be written into it. */
    LOCAL_WRITE(verbs_h.IBV_ACCESS_LOCAL_WRITE()),
    /** Others may write; needs LOCAL_WRITE. */
    REMOTE_WRITE(verbs_h.IBV_ACCESS_REMOTE_WRITE()),
    /** Others may read. */
    REMOTE_READ(verbs_h.IBV_ACCESS_REMOTE_READ()),
    /** Others may do atomic operations; needs LOCAL_WRITE. */
    REMOTE_ATOMIC(verbs_h.IBV_ACCESS_REMOTE_ATOMIC()),
    /** Pages are not locked, the device faults them in; few devices can. */
    ON_DEMAND(verbs_h.IBV_ACCESS_ON_DEMAND()),
    /** The memory consists of huge pages, which the library need not find out when the process forks. */
    HUGE_PAGES(verbs_h.IBV_ACCESS_HUGETLB());

    private final int flag;

    MemoryAccess(int flag) {
        this.flag = flag;
    }

    static int flags(Set<MemoryAccess> access) {
        int flags = 0;
        for (MemoryAccess one : access) {
            flags |= one.flag;
        }
        return flags;
    }
}

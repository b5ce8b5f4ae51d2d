package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.ibv_gid_entry;
import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.MemorySegment;

/**
 * An entry of a port's GID table ({@code struct ibv_gid_entry}).
 *
 * @param index where in the table
 * @param gid the address
 * @param isRoceV2 whether what is sent from it is UDP (RoCE v2), and not InfiniBand or RoCE v1
 */
public record GidEntry(int index, Gid gid, boolean isRoceV2) {
    static GidEntry read(MemorySegment entry) {
        return new GidEntry(
                ibv_gid_entry.gid_index(entry),
                Gid.read(ibv_gid_entry.gid(entry)),
                ibv_gid_entry.gid_type(entry) == verbs_h.IBV_GID_TYPE_ROCE_V2());
    }
}

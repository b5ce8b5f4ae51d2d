package io.heliograph.transport.engine;

import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.memory.RegionTable;
import io.heliograph.transport.wire.CheckedFrame;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.RethLayout;

/** Whether a data packet may write where it says: key, permission and bounds (R8.1). */
final class RegionAccess {
    /** It may. */
    static final int OK = 0;

    private RegionAccess() {}

    /** {@link #OK}, or the {@link NackReason} to refuse. */
    static int check(RegionTable regions, CheckedFrame frame) {
        long bth = frame.bthAddress();
        int slot = regions.find(RethLayout.key(bth));
        if (slot == RegionTable.NONE) {
            return NackReason.BAD_KEY;
        }
        if ((regions.access(slot) & MemoryRegion.REMOTE_WRITE) == 0) {
            return NackReason.NO_PERMISSION;
        }
        boolean within = regions.contains(slot, RethLayout.virtualAddress(bth), frame.payloadLength());
        return within ? OK : NackReason.OUT_OF_BOUNDS;
    }
}

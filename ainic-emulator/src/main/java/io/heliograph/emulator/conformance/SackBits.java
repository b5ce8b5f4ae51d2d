package io.heliograph.emulator.conformance;

import java.util.NavigableSet;
import java.util.TreeSet;

/** Which PSNs a SACK tells to be received, in a flow that began at 0. */
final class SackBits {
    private static final long HALF = 1L << 23;
    private static final long PSNS = 1L << 24;

    private SackBits() {}

    static NavigableSet<Long> told(WirePacket sack) {
        TreeSet<Long> told = new TreeSet<>();
        long cumulative = sack.get(PacketField.CUMULATIVE);
        if (cumulative < HALF) {
            for (long psn = 0; psn < cumulative; psn++) {
                told.add(psn);
            }
        }
        int offset = (short) sack.get(PacketField.OFFSET);
        for (int bit = 0; bit < Long.SIZE; bit++) {
            long psn = Math.floorMod(cumulative + offset + bit, PSNS);
            // Bits before the cumulative PSN say nothing new.
            if ((sack.get(PacketField.BITS) >>> bit & 1) == 1 && offset + bit >= 0) {
                told.add(psn);
            }
        }
        return told;
    }
}

package io.heliograph.emulator.fabric;

import io.heliograph.transport.wire.PauseLayout;

/**
 * Priority flow control of a switch (IEEE 802.1Q section 36): when frames of a class that came by one port fill too much of the buffer, the other end of that cable is asked to pause the class.
 *
 * <p>For no loss, the buffer must hold for each port and class, beyond {@code xoffBytes}, what is under way until the pause works: two times the link's delay, a longest frame in each
 * direction, and the pause frame itself.
 *
 * @param classes a bit for each class without loss; these know no limit but the whole buffer
 * @param xoffBytes above it a pause is asked for
 * @param xonBytes at or below it the pause is ended
 * @param quanta how long a pause lasts if nothing is said, in units of 512 bit times; renewed after half of it
 */
public record FlowControl(int classes, long xoffBytes, long xonBytes, int quanta) {
    /** Checks the ranges. */
    public FlowControl {
        if (classes < 1 || classes > 0xFF || xonBytes < 0 || xoffBytes < xonBytes) {
            throw new IllegalArgumentException("flow control: classes=" + classes + " xoffBytes=" + xoffBytes
                    + " xonBytes=" + xonBytes + "; classes are bits 0 to 7, at least one, and xon is not above xoff");
        }
        if (quanta < 2 || quanta > PauseLayout.MAX_QUANTA) {
            throw new IllegalArgumentException(
                    "flow control: quanta=" + quanta + "; from 2 to " + PauseLayout.MAX_QUANTA + " are possible");
        }
    }

    /** Pauses of the longest time. */
    public FlowControl(int classes, long xoffBytes, long xonBytes) {
        this(classes, xoffBytes, xonBytes, PauseLayout.MAX_QUANTA);
    }

    boolean covers(int trafficClass) {
        return (classes & 1 << trafficClass) != 0;
    }
}

package io.heliograph.transport.engine;

import io.heliograph.transport.Tunables;

/**
 * When to pause the neighbour on the link (R12.7): the port gave full bursts for some duty cycles in a row, so that frames are waiting in it. The pause is renewed while that lasts, and ended as soon as the port
 * has less.
 */
final class PauseSender {
    private int fullBursts;
    /** Classes of the data packets that came since the port last had less than a burst. */
    private int seenClasses;

    private int pausedClasses;
    private long renewNs;

    void sawClass(int trafficClass) {
        seenClasses |= 1 << trafficClass;
    }

    void onReceived(boolean fullBurst) {
        if (fullBurst) {
            fullBursts++;
        } else {
            fullBursts = 0;
            seenClasses = 0;
        }
    }

    /** The classes to pause now, or 0. */
    int toPause(long nowNs) {
        boolean behind = fullBursts >= Tunables.PAUSE_FULL_BURSTS;
        return behind && ((seenClasses & ~pausedClasses) != 0 || nowNs >= renewNs) ? seenClasses : 0;
    }

    void paused(int classes, long nowNs) {
        pausedClasses = classes;
        renewNs = nowNs + Tunables.PAUSE_NS / 2;
    }

    /** The classes whose pause to end now, or 0. */
    int toResume() {
        return fullBursts == 0 ? pausedClasses : 0;
    }

    void resumed() {
        pausedClasses = 0;
    }
}

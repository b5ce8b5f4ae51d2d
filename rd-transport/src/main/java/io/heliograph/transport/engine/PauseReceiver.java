package io.heliograph.transport.engine;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.wire.PauseLayout;
import java.util.Arrays;

/**
 * Which traffic classes the neighbour on the link has paused (R12.6). A watchdog bounds it: who pauses a class for {@link Tunables#PAUSE_WATCHDOG_NS} without a break is not listened to for as
 * long again.
 */
final class PauseReceiver {
    private static final int CLASSES = 8;
    private static final long NS_PER_SECOND = 1_000_000_000;

    private final long lineRateBitsPerSecond;
    private final Counters counters;
    private final long[] untilNs = new long[CLASSES];
    private final long[] sinceNs = new long[CLASSES];
    /** Before this, pauses of the class are not listened to. */
    private final long[] deafUntilNs = new long[CLASSES];

    private int paused;

    PauseReceiver(long lineRateBitsPerSecond, Counters counters) {
        this.lineRateBitsPerSecond = lineRateBitsPerSecond;
        this.counters = counters;
        Arrays.fill(deafUntilNs, Long.MIN_VALUE);
    }

    void onFrame(long frame, long nowNs) {
        counters.increment(EndpointCounter.PAUSE_RECEIVED);
        for (int rest = PauseLayout.enabledClasses(frame); rest != 0; rest &= rest - 1) {
            int trafficClass = Integer.numberOfTrailingZeros(rest);
            pause(trafficClass, PauseLayout.quanta(frame, trafficClass), nowNs);
        }
    }

    private void pause(int trafficClass, int quanta, long nowNs) {
        if (quanta == 0) {
            untilNs[trafficClass] = nowNs;
            return;
        }
        if (nowNs < deafUntilNs[trafficClass]) {
            return;
        }
        int bit = 1 << trafficClass;
        if ((paused & bit) == 0) {
            paused |= bit;
            sinceNs[trafficClass] = nowNs;
        }
        // At most 65,535 * 512 * 10^9, within 63 bits.
        untilNs[trafficClass] =
                nowNs + (long) quanta * PauseLayout.QUANTUM_BITS * NS_PER_SECOND / lineRateBitsPerSecond;
    }

    /** A bit for each class that is paused. */
    int paused() {
        return paused;
    }

    /** Ends what is over; returns a bit for each class that may be sent again. */
    int resume(long nowNs) {
        int before = paused;
        for (int rest = paused; rest != 0; rest &= rest - 1) {
            int trafficClass = Integer.numberOfTrailingZeros(rest);
            boolean over = nowNs >= untilNs[trafficClass];
            if (!over && nowNs - sinceNs[trafficClass] >= Tunables.PAUSE_WATCHDOG_NS) {
                counters.increment(EndpointCounter.PAUSE_STORMS);
                deafUntilNs[trafficClass] = nowNs + Tunables.PAUSE_WATCHDOG_NS;
                over = true;
            }
            if (over) {
                paused &= ~(1 << trafficClass);
            }
        }
        return before & ~paused;
    }

    /** When {@link #resume} has something to do. */
    long deadlineNs() {
        long deadlineNs = Long.MAX_VALUE;
        for (int rest = paused; rest != 0; rest &= rest - 1) {
            int trafficClass = Integer.numberOfTrailingZeros(rest);
            long endNs = Math.min(untilNs[trafficClass], sinceNs[trafficClass] + Tunables.PAUSE_WATCHDOG_NS);
            deadlineNs = Math.min(deadlineNs, endNs);
        }
        return deadlineNs;
    }
}

package io.heliograph.emulator.fabric;

import io.heliograph.emulator.event.EventQueue;

/** Which classes of a link are paused, and until when each. */
final class LinkPauses {
    private final long[] untilPs = new long[PriorityQueues.CLASSES];
    private int classes;

    /** A bit for each class that is paused. */
    int classes() {
        return classes;
    }

    /** Pauses a class until a time, in place of the pause that it may have. */
    void begin(int trafficClass, long thenPs) {
        classes |= 1 << trafficClass;
        untilPs[trafficClass] = thenPs;
    }

    void end(int trafficClass) {
        classes &= ~(1 << trafficClass);
    }

    /** Ends the pauses whose time is over; returns whether there was one. */
    boolean expire(long nowPs) {
        int before = classes;
        for (int rest = classes; rest != 0; rest &= rest - 1) {
            int trafficClass = Integer.numberOfTrailingZeros(rest);
            if (untilPs[trafficClass] <= nowPs) {
                end(trafficClass);
            }
        }
        return classes != before;
    }

    /** When the first pause of some classes ends, or {@link EventQueue#NEVER}. */
    long firstEndPs(int among) {
        long firstPs = EventQueue.NEVER;
        for (int rest = classes & among; rest != 0; rest &= rest - 1) {
            firstPs = Math.min(firstPs, untilPs[Integer.numberOfTrailingZeros(rest)]);
        }
        return firstPs;
    }
}

package io.heliograph.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How many heap bytes the calling thread allocates. */
public final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** Vectors are objects until the compiler has done its work, which takes seconds where much else runs. */
    private static final int ROUNDS = 100;

    private Allocations() {}

    /**
     * Bytes that {@code work} allocates once it is warm: the least of several rounds, for a round may also pay for linking and
     * recompiling. Work that allocates for each packet does so in every round.
     */
    public static long inSteadyState(Runnable work) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least != 0; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            work.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}

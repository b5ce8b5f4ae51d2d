package io.heliograph.benchmarks.samehost;

import io.heliograph.transport.SystemClock;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** How all contenders of the comparison measure: the best slice of about 2 ms, and half round trips by rank. */
final class Measure {
    static final int[] SMALL_BYTES = {8, 64};
    static final int[] LARGE_BYTES = {64 << 10, 1 << 20, 16 << 20};

    /** Shorter than what a scheduler gives a process at once, so that some slices are undisturbed on a busy machine. */
    private static final long SLICE_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private Measure() {}

    /** Carries out some operations and says how many. */
    @FunctionalInterface
    interface Burst {
        int run();
    }

    /**
     * Operations a second in the best slice of {@code seconds}, after a second of processor time in which the compiler does its work: on a
     * busy machine that is many seconds.
     */
    static double best(double seconds, Burst burst) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long warmNs = threads.getCurrentThreadCpuTime() + TimeUnit.SECONDS.toNanos(1);
        while (threads.getCurrentThreadCpuTime() < warmNs) {
            burst.run();
        }
        long endNs = SystemClock.INSTANCE.nowNs() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        double best = 0;
        while (SystemClock.INSTANCE.nowNs() < endNs) {
            long startNs = SystemClock.INSTANCE.nowNs();
            long passedNs = 0;
            long operations = 0;
            while (passedNs < SLICE_NS) {
                operations += burst.run();
                passedNs = SystemClock.INSTANCE.nowNs() - startNs;
            }
            best = Math.max(best, operations * (double) TimeUnit.SECONDS.toNanos(1) / passedNs);
        }
        return best;
    }

    /** Prints one figure. */
    static void print(String metric, long bytes, double value) {
        System.out.printf(Locale.ROOT, "%s %d %.3f%n", metric, bytes, value);
    }

    /** Prints p50 and p99 of half of these round trips. */
    static void printHalves(String prefix, long bytes, long[] roundTripsNs) {
        Arrays.sort(roundTripsNs);
        print(prefix + "p50", bytes, roundTripsNs[roundTripsNs.length / 2] / 2e3);
        print(prefix + "p99", bytes, roundTripsNs[(int) (roundTripsNs.length * 0.99)] / 2e3);
    }
}

package io.heliograph.testing;

import java.io.PrintStream;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.concurrent.TimeUnit;

/**
 * Looks after tests that may hang: one that takes longer than it may is named in a line {@code FAILED class.method hung}, with what every thread
 * is at, and the process ends with 1, since nobody can end a thread that waits for ever. {@link #begin} and {@link #end} are for the thread of
 * the tests; a thread of its own looks.
 */
final class HangWatch {
    private final long limitNs;
    private final PrintStream out;
    private final Runnable whenHung;

    private String test = "";
    private long begunNs;

    /**
     * Does not look until {@link #start}.
     *
     * @param whenHung what to do after it was said; by then the test goes on hanging
     */
    HangWatch(long limitSeconds, PrintStream out, Runnable whenHung) {
        limitNs = TimeUnit.SECONDS.toNanos(limitSeconds);
        this.out = out;
        this.whenHung = whenHung;
    }

    void start() {
        Thread.ofPlatform().daemon().name("hang-watch").start(this::run);
    }

    /** From now on this test is under way. */
    synchronized void begin(String name) {
        test = name;
        begunNs = System.nanoTime();
        notifyAll();
    }

    /** The test has ended; what comes between tests is not watched. */
    synchronized void end() {
        test = "";
        notifyAll();
    }

    private void run() {
        try {
            awaitHang();
        } catch (InterruptedException e) {
            return; // nobody does
        }
        whenHung.run();
    }

    private synchronized void awaitHang() throws InterruptedException {
        while (true) {
            long leftNs = limitNs - (System.nanoTime() - begunNs);
            if (test.isEmpty()) {
                wait();
            } else if (leftNs > 0) {
                wait(TimeUnit.NANOSECONDS.toMillis(leftNs) + 1);
            } else {
                out.println(
                        "FAILED " + test + " hung: not done after " + TimeUnit.NANOSECONDS.toSeconds(limitNs) + " s");
                dump(out);
                out.flush();
                return;
            }
        }
    }

    /** Every thread with its whole stack: {@link ThreadInfo#toString} ends after eight frames. */
    private static void dump(PrintStream out) {
        for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(true, true)) {
            LockInfo lock = thread.getLockInfo();
            out.println("\"" + thread.getThreadName() + "\" " + thread.getThreadState()
                    + (lock == null ? "" : " on " + lock + " of " + thread.getLockOwnerName()));
            for (StackTraceElement frame : thread.getStackTrace()) {
                out.println("    at " + frame);
            }
        }
    }
}

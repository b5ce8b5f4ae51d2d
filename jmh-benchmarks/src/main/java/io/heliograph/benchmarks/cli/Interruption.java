package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.session.RunFailure;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes Ctrl-C an orderly end: the JVM's shutdown interrupts the thread that runs the command and gives it a moment to
 * unwind, so that ports, sockets and unfinished files are released by the code that always releases them.
 *
 * <p>The moment is as long as the thread still gets somewhere: on a machine so busy that it hardly runs, five seconds pass before it has
 * begun. It ends when the thread stood still for five seconds, or used as many of processor time, or after a minute.
 */
public final class Interruption implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 5;
    private static final int MOST_WAITS = 12;
    /** Less processor time than that in {@link #PATIENCE_SECONDS} is standing still. */
    private static final long STILL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final CountDownLatch unwound = new CountDownLatch(1);
    private final Thread running;
    private final Thread hook = new Thread(this::interrupt, "interruption");

    private Interruption(Thread running) {
        this.running = running;
    }

    private void interrupt() {
        running.interrupt();
        try {
            if (!awaitUnwound()) {
                System.err.println("helio: ended before everything was released");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitUnwound() throws InterruptedException {
        if (unwound.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            return true;
        }
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long firstNs = threads.getThreadCpuTime(running.threadId());
        long lastNs = firstNs;
        for (int wait = 1; wait < MOST_WAITS; wait++) {
            if (unwound.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return true;
            }
            long nowNs = threads.getThreadCpuTime(running.threadId());
            if (nowNs - lastNs < STILL_NS || nowNs - firstNs >= TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                return false;
            }
            lastNs = nowNs;
        }
        return false;
    }

    /**
     * For the calling thread, until it is closed.
     *
     * @throws RunFailure if the shutdown has begun
     */
    public static Interruption ofThisThread() {
        Interruption interruption = new Interruption(Thread.currentThread());
        try {
            Runtime.getRuntime().addShutdownHook(interruption.hook);
        } catch (IllegalStateException e) {
            throw new RunFailure("interrupted before it began", e);
        }
        return interruption;
    }

    @Override
    public void close() {
        unwound.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // Shutdown has begun: the hook runs.
        }
    }
}

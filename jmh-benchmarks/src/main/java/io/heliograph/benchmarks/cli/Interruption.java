package io.heliograph.benchmarks.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes Ctrl-C an orderly end: the JVM's shutdown interrupts the thread that runs the command and gives it a moment to
 * unwind, so that ports, sockets and unfinished files are released by the code that always releases them.
 */
final class Interruption implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 5;

    private final CountDownLatch unwound = new CountDownLatch(1);
    private final Thread hook;

    private Interruption(Thread running) {
        hook = new Thread(
                () -> {
                    running.interrupt();
                    try {
                        if (!unwound.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                            System.err.println("helio: ended before everything was released");
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "interruption");
    }

    /** For the calling thread, until it is closed. */
    static Interruption ofThisThread() {
        Interruption interruption = new Interruption(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(interruption.hook);
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

package io.heliograph.benchmarks.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A thread that looks at files twice a second until it is closed; what looking means is the owner's. */
final class FileWatch implements AutoCloseable {

    private static final long LOOK_MS = 500;
    private static final long PATIENCE_MS = 5_000;

    private final Runnable look;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread watcher;

    /**
     * Begins to look.
     *
     * @param name of the thread
     * @param look is called on it, twice a second
     */
    FileWatch(String name, Runnable look) {
        this.look = look;
        watcher = Thread.ofPlatform().daemon().name(name).start(this::watch);
    }

    private void watch() {
        try {
            while (!closing.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
                look.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a look that is under way, for some seconds. */
    @Override
    public void close() {
        closing.countDown();
        try {
            watcher.join(PATIENCE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

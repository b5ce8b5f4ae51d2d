package io.heliograph.transport.engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells other threads when a duty cycle is over: odd while one runs. What was published before {@link #await} is seen by every duty cycle after it.
 */
final class DutyCycle {
    private final AtomicLong count = new AtomicLong();

    void begin() {
        // Full fence: what the duty cycle reads from now on is not older than this.
        count.set(count.getPlain() + 1);
    }

    void end() {
        count.setRelease(count.getPlain() + 1);
    }

    /** Where it stands, for {@link #isRunning}. */
    long count() {
        return count.get();
    }

    /** Whether a duty cycle was running at a {@link #count}. */
    static boolean isRunning(long count) {
        return (count & 1) == 1;
    }

    void await() {
        long seen = count.get();
        while (isRunning(seen) && count.get() == seen) {
            Thread.onSpinWait();
        }
    }
}

package io.heliograph.transport;

/** The machine's monotonic clock. Usable from any thread. */
public final class SystemClock implements Clock {
    /** The only instance: the clock has no state. */
    public static final SystemClock INSTANCE = new SystemClock();

    private SystemClock() {}

    @Override
    public long nowNs() {
        return System.nanoTime();
    }
}

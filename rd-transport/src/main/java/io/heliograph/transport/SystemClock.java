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

    /**
     * An incarnation after that of any earlier process of this node: the wall clock in milliseconds, of which 32 bits compare rightly for 24 days. Never 0.
     */
    public static int incarnation() {
        int milliseconds = (int) System.currentTimeMillis();
        return milliseconds == 0 ? 1 : milliseconds;
    }
}

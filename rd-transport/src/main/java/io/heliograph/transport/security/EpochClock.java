package io.heliograph.transport.security;

import io.heliograph.transport.Clock;

/**
 * Nanoseconds since 1970: the wall clock, read once, and the monotonic clock from there on, so that it never steps back while the process lives.
 * Usable from any thread.
 */
public final class EpochClock implements Clock {
    /** The only instance, so that all ports of a process agree. */
    public static final EpochClock INSTANCE = new EpochClock();

    private final long offsetNs = System.currentTimeMillis() * 1_000_000 - System.nanoTime();

    private EpochClock() {}

    @Override
    public long nowNs() {
        return System.nanoTime() + offsetNs;
    }
}

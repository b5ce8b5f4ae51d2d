package io.heliograph.transport;

/**
 * Time as an input: the protocol reads no other clock, so that virtual time replays exactly.
 *
 * <p>Values only grow and have no meaning but their differences.
 */
@FunctionalInterface
public interface Clock {
    /** Monotonic time in nanoseconds. */
    long nowNs();
}

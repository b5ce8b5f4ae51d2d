package io.heliograph.emulator.fabric;

import io.heliograph.transport.SeededRandom;

/**
 * A row of trials that each succeed with the same probability, asked in bulk: it draws once how many fail before the next success, so that rare ones cost nothing.
 *
 * <p>The number of failures before a success is distributed geometrically; drawn by inversion.
 */
final class Trials {
    /** No success among them. */
    static final long NONE = -1;

    private final SeededRandom random;
    private final double logOfFailure;
    private long failuresLeft;

    Trials(double probability, SeededRandom random) {
        this.random = random;
        logOfFailure = Math.log1p(-probability);
        draw();
    }

    private void draw() {
        // Uniform in (0, 1], 53 bits.
        double uniform = ((random.nextLong() >>> 11) + 1) * 0x1.0p-53;
        double failures = Math.floor(Math.log(uniform) / logOfFailure);
        failuresLeft = failures < Long.MAX_VALUE / 2 ? (long) failures : Long.MAX_VALUE / 2;
    }

    /** Makes some trials; which of them is the first success, from 0, or {@link #NONE}. After a success the others are not made. */
    long first(long trials) {
        if (failuresLeft >= trials) {
            failuresLeft -= trials;
            return NONE;
        }
        long index = failuresLeft;
        draw();
        return index;
    }
}

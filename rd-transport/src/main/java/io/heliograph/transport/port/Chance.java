package io.heliograph.transport.port;

import io.heliograph.transport.SeededRandom;

/** Something that happens with a probability, drawn from a sequence of its own. One that never happens draws nothing. */
final class Chance {
    private final SeededRandom random;
    private final long threshold;

    Chance(double probability, long seed) {
        random = new SeededRandom(seed);
        // The share of 2^63; 2^63 itself does not fit, and one in 2^63 does not matter.
        threshold = (long) (probability * 0x1p63);
    }

    boolean isPossible() {
        return threshold > 0;
    }

    /** Whether it happens this time. */
    boolean happens() {
        return threshold > 0 && random.nextLong() >>> 1 < threshold;
    }

    /** A detail of what happens: 0 to {@code bound} - 1. */
    int nextInt(int bound) {
        return random.nextInt(bound);
    }
}

package io.heliograph.emulator.conformance;

import java.util.SplittableRandom;

/** What a seed decides in a scenario, besides the device's own chance: numbers that no rule looks at, and small delays. Seed 1 is the plain run. */
final class Draws {
    /** Seed of the run without delays, with numbers that people recognise. */
    static final long PLAIN = 1;

    private static final int ROOM = 2_000;
    private static final int MOST_BASE = 8_192;

    private final long seed;
    private final SplittableRandom random;

    Draws(long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed * 0x9E37_79B9_7F4A_7C15L);
    }

    boolean isPlain() {
        return seed == PLAIN;
    }

    DeviceSetup setup(DeviceSetup setup) {
        return isPlain() ? setup : setup.with(seed, incarnation(), 1_000_000_000L + random.nextLong(1_000_000_000L));
    }

    int peerIncarnation() {
        return isPlain() ? 2000 : incarnation();
    }

    /** Far enough from 0 that scenarios may count up and down; often where the sign turns. */
    private int incarnation() {
        int most = random.nextInt(3) == 0 ? Integer.MAX_VALUE - random.nextInt(3) : random.nextInt();
        return most >= -ROOM && most <= ROOM ? most + 3 * ROOM : most;
    }

    int entropy() {
        return isPlain() ? 0xC0DE : 0xC000 + random.nextInt(0x4000);
    }

    int base() {
        return isPlain() ? 0 : random.nextInt(MOST_BASE);
    }

    /** A pause between two frames of a burst, often none. */
    long gapNs() {
        return isPlain() || random.nextInt(3) > 0 ? 0 : random.nextInt(1_500);
    }

    SplittableRandom random() {
        return random;
    }
}

package io.heliograph.transport;

/** Chance as an input: a seeded source replays a run exactly, a secure one makes keys that cannot be guessed. */
public interface RandomSource {
    /** 64 random bits. */
    long nextLong();

    /** A uniformly distributed value from 0 (included) to {@code bound} (excluded); {@code bound} is at least 1. */
    default int nextInt(final int bound) {
        // Lemire's multiply-shift; the bias of at most bound / 2^32 does not matter to a protocol.
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }
}

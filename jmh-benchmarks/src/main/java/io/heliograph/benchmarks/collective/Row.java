package io.heliograph.benchmarks.collective;

import org.jspecify.annotations.Nullable;

/**
 * What came of one size.
 *
 * @param sizeBytes of the larger buffer of a rank
 * @param count elements in a part, or in all if the collective has no parts
 * @param outOfPlace with two buffers
 * @param inPlace with one; null where the collective cannot
 */
record Row(
        long sizeBytes,
        long count,
        Figures outOfPlace,
        @Nullable Figures inPlace) {

    /** Whether nothing was wrong, as far as anybody looked. */
    boolean passed() {
        return outOfPlace.timing().wrong() <= 0
                && (inPlace == null || inPlace.timing().wrong() <= 0);
    }

    /** Which algorithms were taken. */
    String algorithms() {
        return inPlace == null || inPlace.algorithm().equals(outOfPlace.algorithm())
                ? outOfPlace.algorithm()
                : outOfPlace.algorithm() + ", " + inPlace.algorithm();
    }
}

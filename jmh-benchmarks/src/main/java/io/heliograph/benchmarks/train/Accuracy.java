package io.heliograph.benchmarks.train;

/**
 * How many images were recognised.
 *
 * @param right so many
 * @param of so many
 */
record Accuracy(int right, int of) {
    /** Nobody looked. */
    static final Accuracy NONE = new Accuracy(0, 0);

    double percent() {
        return 100.0 * right / of;
    }
}

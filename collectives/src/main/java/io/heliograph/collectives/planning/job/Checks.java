package io.heliograph.collectives.planning.job;

/** What numbers of a job must be like. */
final class Checks {
    /** Far above any job, and products of a few stay within 63 bits. */
    private static final int MOST = 1 << 24;

    private Checks() {}

    static void positive(String name, int value) {
        if (value < 1 || value > MOST) {
            throw new IllegalArgumentException(name + "=" + value + "; from 1 to " + MOST + " is possible");
        }
    }

    static void divides(String name, long divisor, String ofName, long of) {
        if (of % divisor != 0) {
            throw new IllegalArgumentException(name + "=" + divisor + " does not divide " + ofName + "=" + of);
        }
    }
}

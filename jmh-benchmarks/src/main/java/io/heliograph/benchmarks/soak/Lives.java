package io.heliograph.benchmarks.soak;

/**
 * How lives and numbers of messages travel: a life in the upper 8 bits of an immediate, the number in its lower 24; in a cookie the life
 * above bit 32. A life is the epoch (one more with each restart) and the times that the queue's region was registered in it.
 */
final class Lives {

    /** As much of a number as an immediate holds. */
    static final int NUMBER_MASK = 0xff_ffff;

    private static final int NUMBER_BITS = 24;
    private static final int GENERATION_BITS = 20;
    private static final int COOKIE_BITS = 32;
    private static final int LIFE_MASK = 0xff;
    private static final int DIRECTION_BIT = 56;
    private static final int QUEUE_BIT = 48;

    private Lives() {}

    /** The first life of an epoch. */
    static int first(int epoch) {
        return epoch << GENERATION_BITS;
    }

    /** The key of a stream. */
    static long key(boolean fromCoordinator, int queue, int life) {
        return (fromCoordinator ? 1L << DIRECTION_BIT : 0) + ((long) queue << QUEUE_BIT) + life;
    }

    static int immediate(int life, long number) {
        return tag(life) << NUMBER_BITS | (int) (number & NUMBER_MASK);
    }

    static boolean isImmediateOf(int immediate, int life) {
        return immediate >>> NUMBER_BITS == tag(life);
    }

    static long cookie(int life, long number) {
        return (long) life << COOKIE_BITS | (number & NUMBER_MASK);
    }

    static boolean isOf(long cookie, int life) {
        return cookie >> COOKIE_BITS == life;
    }

    /** As much of the number as a cookie or an immediate holds. */
    static long number(long cookieOrImmediate) {
        return cookieOrImmediate & NUMBER_MASK;
    }

    /** Neighbouring lives differ, of one epoch and of the next. */
    private static int tag(int life) {
        return (life + 31 * (life >>> GENERATION_BITS)) & LIFE_MASK;
    }
}

package io.heliograph.collectives.execute;

/**
 * The 32 bits that come with a WRITE.
 *
 * <pre>
 *  data     00 first(1) whole(1) number(28)   a chunk is in slot number mod slots; first: its collective's first from this rank, and has a header; whole: which came in the same WRITE
 *  credit   01 number(30)                     so many chunks were taken out of their slots since the beginning
 *  control  10 code(6) value(24)              see the codes
 * </pre>
 */
final class Immediate {
    static final int DATA = 0;
    static final int CREDIT = 1;
    static final int CONTROL = 2;

    /** Control: the communicator failed; the value is the rank to blame, and the note says why. */
    static final int ABORT = 1;
    /** Control: whom do you wait for? */
    static final int QUESTION = 2;
    /** Control: the value is the rank that the sender waits for, its own if it waits for nobody. */
    static final int ANSWER = 3;
    /** Control: the sender leaves; it sends nothing after this. */
    static final int GOODBYE = 4;

    private static final int KIND_SHIFT = 30;
    private static final int FIRST = 1 << 29;
    private static final int WHOLE = 1 << 28;
    private static final int NUMBER_BITS = 28;
    private static final int COUNT_BITS = 30;
    private static final int CODE_SHIFT = 24;
    private static final int CODE_MASK = 0x3f;
    private static final int VALUE_MASK = (1 << CODE_SHIFT) - 1;

    private Immediate() {}

    static int data(boolean first, boolean whole, long number) {
        return (first ? FIRST : 0) | (whole ? WHOLE : 0) | low(number, NUMBER_BITS);
    }

    static int credit(long number) {
        return CREDIT << KIND_SHIFT | low(number, COUNT_BITS);
    }

    static int control(int code, int value) {
        return CONTROL << KIND_SHIFT | code << CODE_SHIFT | value & VALUE_MASK;
    }

    static int kind(int immediate) {
        return immediate >>> KIND_SHIFT;
    }

    static boolean isFirst(int immediate) {
        return (immediate & FIRST) != 0;
    }

    static boolean isWhole(int immediate) {
        return (immediate & WHOLE) != 0;
    }

    /** How far the number of a chunk is ahead of {@code from}, modulo 2^28. */
    static int numberAfter(int immediate, long from) {
        return low(immediate - from, NUMBER_BITS);
    }

    /** How far a count is ahead of {@code from}, modulo 2^30. */
    static int countAfter(int immediate, long from) {
        return low(immediate - from, COUNT_BITS);
    }

    static int code(int immediate) {
        return immediate >>> CODE_SHIFT & CODE_MASK;
    }

    static int value(int immediate) {
        return immediate & VALUE_MASK;
    }

    private static int low(long value, int bits) {
        return (int) (value & (1L << bits) - 1);
    }
}

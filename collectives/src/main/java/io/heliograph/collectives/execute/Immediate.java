package io.heliograph.collectives.execute;

/**
 * The 32 bits that come with a WRITE. The context says which communicator it is for.
 *
 * <pre>
 *  data     00 first(1) whole(1) context(10) number(18)   a chunk is in slot number mod slots; first: its collective's first from this rank, and has a header; whole: which came in the same WRITE
 *  credit   01 00 context(10) count(18)                   so many chunks were taken out of their slots since the beginning
 *  control  10 00 context(10) code(4) value(14)           see the codes
 *  lent     11 first(1) 0 context(10) number(18)          as data, but in the slot is a header that says where the chunk lies
 * </pre>
 */
final class Immediate {
    static final int DATA = 0;
    static final int CREDIT = 1;
    static final int CONTROL = 2;
    static final int LENT = 3;

    /** Control: the communicator failed; the value is the rank to blame, and the note says why. */
    static final int ABORT = 1;
    /** Control: whom do you wait for? */
    static final int QUESTION = 2;
    /** Control: the value is the rank that the sender waits for, its own if it waits for nobody. */
    static final int ANSWER = 3;
    /** Control: the sender leaves; it sends nothing after this. */
    static final int GOODBYE = 4;
    /** Control: the sender rebuilds; its word is there. */
    static final int WORD = 5;

    /** How many contexts there are. */
    static final int CONTEXTS = 1 << 10;
    /** Ranks that a control immediate can name, one less than the values there are. */
    static final int MOST_RANKS = (1 << 14) - 1;

    private static final int KIND_SHIFT = 30;
    private static final int FIRST = 1 << 29;
    private static final int WHOLE = 1 << 28;
    private static final int NUMBER_BITS = 18;
    private static final int CODE_SHIFT = 14;
    private static final int CODE_MASK = 0xf;
    private static final int VALUE_MASK = MOST_RANKS;

    private Immediate() {}

    static int data(int context, boolean first, boolean whole, long number) {
        return (first ? FIRST : 0) | (whole ? WHOLE : 0) | context << NUMBER_BITS | low(number);
    }

    static int lent(int context, boolean first, long number) {
        return LENT << KIND_SHIFT | (first ? FIRST : 0) | context << NUMBER_BITS | low(number);
    }

    static int credit(int context, long count) {
        return CREDIT << KIND_SHIFT | context << NUMBER_BITS | low(count);
    }

    static int control(int context, int code, int value) {
        return CONTROL << KIND_SHIFT | context << NUMBER_BITS | code << CODE_SHIFT | value & VALUE_MASK;
    }

    /** The number of the communicator that it is for. */
    static int context(int immediate) {
        return immediate >>> NUMBER_BITS & CONTEXTS - 1;
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

    /** How far the number of a chunk, or a count, is ahead of {@code from}, modulo 2^18. */
    static int ahead(int immediate, long from) {
        return low(immediate - from);
    }

    static int code(int immediate) {
        return immediate >>> CODE_SHIFT & CODE_MASK;
    }

    static int value(int immediate) {
        return immediate & VALUE_MASK;
    }

    private static int low(long value) {
        return (int) (value & (1L << NUMBER_BITS) - 1);
    }
}

package io.heliograph.offload.query;

/** What an answer says: the type in its header (QUERIES.md, Q4). */
public final class ReplyCode {
    /** The class and the sums follow. */
    public static final int RESULT = 0x80;

    /** No such model is loaded. */
    public static final int UNKNOWN_MODEL = 0x81;

    /** The model takes another number of activations: the answer says how many. */
    public static final int WRONG_SIZE = 0x82;

    /** The header is none: magic, version, type or reserved flags. */
    public static final int MALFORMED = 0x83;

    /** The queue is full: ask again later. */
    public static final int BUSY = 0x84;

    /** The datapath came to no answer: noise hid the preamble. */
    public static final int NO_ANSWER = 0x85;

    /** Not on the wire: what arrived is an answer, and those are not answered. */
    static final int NEVER_ANSWERED = 0;

    private ReplyCode() {}

    /** Whether {@link QueryLayout#check} or who asks for an answer found one that is to be dropped in silence. */
    public static boolean isSilent(int code) {
        return code == NEVER_ANSWERED;
    }

    /** A sentence for people. */
    public static String describe(int code) {
        return switch (code) {
            case RESULT -> "result";
            case UNKNOWN_MODEL -> "no such model is loaded";
            case WRONG_SIZE -> "the model takes another number of activations";
            case MALFORMED -> "the header is not that of a query";
            case BUSY -> "the queue is full";
            case NO_ANSWER -> "the datapath came to no answer";
            default -> "unknown code " + code;
        };
    }
}

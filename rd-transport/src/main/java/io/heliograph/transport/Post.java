package io.heliograph.transport;

/** Return codes of {@link Endpoint#write}, {@link Endpoint#writeImm}, {@link Endpoint#beginRead} and {@link Endpoint#beginWrite}: nothing was posted or begun if the code is negative. */
public final class Post {
    /** Posted; exactly one completion will follow. */
    public static final int OK = 0;
    /** The submission ring is full: poll completions and try again. */
    public static final int RING_FULL = -1;
    /** The peer has not been numbered by {@link Endpoint#addPeer}. */
    public static final int UNKNOWN_PEER = -2;
    /** The source region is not registered here, or the range leaves it. */
    public static final int BAD_SOURCE = -3;
    /** The message has more packets than a message can count. */
    public static final int TOO_LONG = -4;
    /** No such work queue. */
    public static final int UNKNOWN_QUEUE = -5;
    /** A read or write in place: this endpoint cannot reach memory of peers. */
    public static final int NOT_MAPPED = -6;
    /** A read or write in place: the peer's memory is not mapped yet, or not any more; try again after a duty cycle. */
    public static final int NOT_ATTACHED = -7;
    /** A read: the peer has no region of this key, the range leaves it, or it may not be read. */
    public static final int NOT_READABLE = -8;
    /** A write in place: the peer has no region of this key, the range leaves it, or it may not be written. */
    public static final int NOT_WRITABLE = -9;

    private Post() {}

    /** A sentence for a code, for messages to people. */
    public static String describe(final int code) {
        return switch (code) {
            case OK -> "posted";
            case RING_FULL -> "the submission ring is full; poll completions and post again";
            case UNKNOWN_PEER -> "the peer is unknown; number it with addPeer";
            case BAD_SOURCE -> "the source range is not within a registered region";
            case TOO_LONG -> "the message has more packets than the protocol counts";
            case UNKNOWN_QUEUE -> "the work queue does not exist";
            case NOT_MAPPED -> "this endpoint cannot reach memory of peers";
            case NOT_ATTACHED -> "the peer's memory is not mapped; try again";
            case NOT_READABLE -> "the peer has no such region, or it may not be read there";
            case NOT_WRITABLE -> "the peer has no such region, or it may not be written there";
            default -> "unknown code " + code;
        };
    }
}

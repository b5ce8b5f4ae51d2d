package io.heliograph.transport;

/** How a post or a relation ended: byte codes on the hot path, and a sentence for each. */
public final class CompletionStatus {
    /** Placed and acknowledged. */
    public static final int SUCCESS = 0;
    /** No region at the peer has the key. */
    public static final int BAD_KEY = 1;
    /** The range leaves the peer's region. */
    public static final int OUT_OF_BOUNDS = 2;
    /** The peer's region may not be written to. */
    public static final int NO_PERMISSION = 3;
    /** The peer holds another packet count for the message: one of the two is broken. */
    public static final int BAD_MESSAGE = 4;
    /** An earlier message of the queue failed, and this one was fenced behind it. */
    public static final int FLUSHED = 5;
    /** Nothing came from the peer for the peer timeout. */
    public static final int PEER_GONE = 6;
    /** The peer began anew and remembers nothing. */
    public static final int PEER_RESTARTED = 7;
    /** The source region was deregistered before the message was sent whole. */
    public static final int REGION_GONE = 8;
    /** Packets of the message were lost again and again though the peer is there: most likely they are larger than the path takes (R9.6). */
    public static final int UNDELIVERABLE = 9;

    private static final String[] SENTENCES = {
        "placed and acknowledged",
        "the peer has no region with this key",
        "the range leaves the peer's region",
        "the peer's region may not be written to",
        "the peer holds another packet count for the message",
        "an earlier message of the queue failed and this one was fenced behind it",
        "nothing came from the peer for the peer timeout",
        "the peer began anew and remembers nothing",
        "the source region was deregistered before the message was sent whole",
        "packets of the message were lost again and again; is the peer's MTU, or that of the path, smaller?",
    };

    private CompletionStatus() {}

    /** A sentence for a code, for messages to people. */
    public static String describe(final int status) {
        return status >= 0 && status < SENTENCES.length ? SENTENCES[status] : "unknown status " + status;
    }
}

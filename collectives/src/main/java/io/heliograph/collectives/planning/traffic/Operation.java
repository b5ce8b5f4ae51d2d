package io.heliograph.collectives.planning.traffic;

/** What a group of ranks does together; what {@link Message#bytes} counts is said here. */
public enum Operation {
    /** Every rank gets the reduction of all buffers; bytes of one buffer. */
    ALL_REDUCE("all-reduce"),
    /** Every rank gets the parts of all; bytes of the whole, which every rank has at the end. */
    ALL_GATHER("all-gather"),
    /** Every rank gets its part of the reduction; bytes of the whole, which every rank has at the beginning. */
    REDUCE_SCATTER("reduce-scatter"),
    /** Every rank sends a part to each; bytes of all parts of one rank. */
    ALL_TO_ALL("all-to-all"),
    /** Every rank gets the root's buffer; bytes of it. */
    BROADCAST("broadcast"),
    /** The root gets the reduction of all buffers; bytes of one buffer. */
    REDUCE("reduce"),
    /** The root gets the parts of all; bytes of the whole. */
    GATHER("gather"),
    /** The root sends a part to each; bytes of the whole. */
    SCATTER("scatter"),
    /** One rank sends to another; bytes of the message. */
    SEND("send"),
    /** The other side of {@link #SEND}; bytes of the message. */
    RECEIVE("receive"),
    /** Nobody goes on before all have come; no bytes. */
    BARRIER("barrier");

    private final String label;

    Operation(String label) {
        this.label = label;
    }

    /** As tables print it, such as {@code all-reduce}. */
    public String label() {
        return label;
    }
}

package io.heliograph.transport;

/**
 * What {@link Endpoint#poll} hands out: a view that is valid during the call only.
 *
 * <p>Kinds: an own post ended ({@link #WRITE}), a peer's immediate fired ({@link #IMMEDIATE}), or a relation ended ({@link #PEER_EVENT}).
 */
public interface Completion {
    /** An own WRITE, with or without immediate, ended with {@link #status()}. */
    int WRITE = 1;
    /** A peer's WRITE-with-IMM is placed and its immediate fired; status is SUCCESS. */
    int IMMEDIATE = 2;
    /** The relation with {@link #peer()} ended: status PEER_GONE or PEER_RESTARTED. */
    int PEER_EVENT = 3;

    /** {@link #WRITE}, {@link #IMMEDIATE} or {@link #PEER_EVENT}. */
    int kind();

    /** A code of {@link CompletionStatus}. */
    int status();

    /** The other node. */
    int peer();

    /** The work queue that the message was posted to, at this node for WRITE, at the peer for IMMEDIATE. */
    int queue();

    /** The cookie of the post; 0 for the other kinds. */
    long cookie();

    /** The immediate; 0 for the other kinds. */
    int immediate();

    /** Length of the message in bytes; 0 for events. */
    long lengthBytes();
}

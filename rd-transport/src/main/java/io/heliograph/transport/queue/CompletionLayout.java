package io.heliograph.transport.queue;

/**
 * A completion: 32 bytes, half a cache line, native byte order.
 *
 * <pre>
 *  0  cookie (64)
 *  8  length (64)      bytes of the message
 * 16  peer (32)
 * 20  immediate (32)
 * 24  kind (8)
 * 25  status (8)
 * 26  queue (16)
 * 28  reserved (24)
 * 31  owner (8)        lap of the ring that wrote the entry, modulo 2, plus 1: the reader knows a new entry by it
 * </pre>
 */
final class CompletionLayout {
    static final int BYTES = 32;

    static final int COOKIE = 0;
    static final int LENGTH = 8;
    static final int PEER = 16;
    static final int IMMEDIATE_DATA = 20;
    static final int KIND = 24;
    static final int STATUS = 25;
    static final int QUEUE = 26;
    /** The last 32 bits, with the owner in the highest byte: written at once, last. */
    static final int OWNER_WORD = 28;

    static final int OWNER_SHIFT = 24;

    private CompletionLayout() {}
}

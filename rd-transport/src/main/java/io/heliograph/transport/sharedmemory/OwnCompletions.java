package io.heliograph.transport.sharedmemory;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;

/**
 * Completions that the application's thread makes for itself while it posts, until it polls: a ring of one thread, on the heap, a third
 * of the cost of one between threads.
 */
final class OwnCompletions implements Completion {
    private static final int STATUS_SHIFT = 8;
    private static final int QUEUE_SHIFT = 16;

    private final long[] cookies;
    private final long[] lengthsBytes;
    private final int[] peers;
    /** Kind in 8 bits, status in 8, queue in 16. */
    private final int[] words;

    private final int mask;
    private int tail;
    private int head;
    /** The entry that is looked at. */
    private int entry;

    /** Room for {@code capacity} completions, a power of two; the caller never puts more. */
    OwnCompletions(int capacity) {
        cookies = new long[capacity];
        lengthsBytes = new long[capacity];
        peers = new int[capacity];
        words = new int[capacity];
        mask = capacity - 1;
    }

    void put(int kind, int status, int peer, int queue, long cookie, long lengthBytes) {
        int at = tail++ & mask;
        cookies[at] = cookie;
        lengthsBytes[at] = lengthBytes;
        peers[at] = peer;
        words[at] = kind | status << STATUS_SHIFT | queue << QUEUE_SHIFT;
    }

    int capacity() {
        return mask + 1;
    }

    int size() {
        return tail - head;
    }

    int poll(CompletionHandler handler, int limit) {
        int count = Math.min(limit, tail - head);
        for (int i = 0; i < count; i++) {
            entry = head++ & mask;
            handler.onCompletion(this);
        }
        return count;
    }

    @Override
    public int kind() {
        return words[entry] & 0xff;
    }

    @Override
    public int status() {
        return words[entry] >>> STATUS_SHIFT & 0xff;
    }

    @Override
    public int peer() {
        return peers[entry];
    }

    @Override
    public int queue() {
        return words[entry] >>> QUEUE_SHIFT;
    }

    @Override
    public long cookie() {
        return cookies[entry];
    }

    @Override
    public int immediate() {
        return 0;
    }

    @Override
    public long lengthBytes() {
        return lengthsBytes[entry];
    }
}

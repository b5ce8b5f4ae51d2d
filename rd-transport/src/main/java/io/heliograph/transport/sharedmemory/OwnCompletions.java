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
    private static final int PEER_SHIFT = 32;

    private static final int ENTRY_SHIFT = 2;
    /** Of an entry's four words: kind in 8 bits, status in 8, queue in 16, peer in 32. */
    private static final int WORD = 0;

    private static final int COOKIE = 1;
    private static final int LENGTH = 2;

    private final long[] entries;

    private final int mask;
    private int tail;
    private int head;
    /** Where the entry begins that is looked at. */
    private int entry;

    /** Room for {@code capacity} completions, a power of two; the caller never puts more. */
    OwnCompletions(int capacity) {
        entries = new long[capacity << ENTRY_SHIFT];
        mask = capacity - 1;
    }

    void put(int kind, int status, int peer, int queue, long cookie, long lengthBytes) {
        int at = (tail++ & mask) << ENTRY_SHIFT;
        entries[at + WORD] =
                (long) peer << PEER_SHIFT | (long) queue << QUEUE_SHIFT | (long) status << STATUS_SHIFT | kind;
        entries[at + COOKIE] = cookie;
        entries[at + LENGTH] = lengthBytes;
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
            entry = (head++ & mask) << ENTRY_SHIFT;
            handler.onCompletion(this);
        }
        return count;
    }

    @Override
    public int kind() {
        return (int) entries[entry + WORD] & 0xff;
    }

    @Override
    public int status() {
        return (int) entries[entry + WORD] >>> STATUS_SHIFT & 0xff;
    }

    @Override
    public int peer() {
        return (int) (entries[entry + WORD] >>> PEER_SHIFT);
    }

    @Override
    public int queue() {
        return (int) entries[entry + WORD] >>> QUEUE_SHIFT;
    }

    @Override
    public long cookie() {
        return entries[entry + COOKIE];
    }

    @Override
    public int immediate() {
        return 0;
    }

    @Override
    public long lengthBytes() {
        return entries[entry + LENGTH];
    }
}

package io.heliograph.transport.verbs;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.queue.SubmissionRing;

/** Posts that did not complete: slots in parallel arrays, linked into one list for each lane. One thread; nothing is allocated after construction. */
final class Works {
    static final int NONE = -1;

    final int[] next;
    final int[] key;
    final int[] remoteKey;
    final int[] immediate;
    /** Number of the last request that the post was handed to the device as; what the lane's had been if it was passed over. */
    final int[] lastRequest;
    /** What it will complete with when its turn comes, known before: a code of CompletionStatus. */
    final int[] status;

    final long[] address;
    final long[] remoteAddress;
    final long[] lengthBytes;
    final long[] cookie;
    /** Bytes handed to the device. */
    final long[] handed;

    final boolean[] withImmediate;
    final boolean[] fenced;
    /** Whether any of its requests was handed to the device. */
    final boolean[] begun;
    /** Whether its lane's queue pair broke after it was posted. */
    final boolean[] stale;

    private int free;

    Works(int capacity) {
        next = new int[capacity];
        key = new int[capacity];
        remoteKey = new int[capacity];
        immediate = new int[capacity];
        lastRequest = new int[capacity];
        status = new int[capacity];
        address = new long[capacity];
        remoteAddress = new long[capacity];
        lengthBytes = new long[capacity];
        cookie = new long[capacity];
        handed = new long[capacity];
        withImmediate = new boolean[capacity];
        fenced = new boolean[capacity];
        begun = new boolean[capacity];
        stale = new boolean[capacity];
        for (int slot = 0; slot < capacity; slot++) {
            next[slot] = slot + 1 < capacity ? slot + 1 : NONE;
        }
    }

    /** A slot, to be filled; {@link #NONE} if all are taken. */
    int take() {
        int slot = free;
        if (slot != NONE) {
            free = next[slot];
            next[slot] = NONE;
            status[slot] = 0;
            handed[slot] = 0;
            begun[slot] = false;
            stale[slot] = false;
        }
        return slot;
    }

    /** Fills a slot with a posted entry. */
    void fill(int slot, long entry) {
        key[slot] = SubmissionRing.localKey(entry);
        remoteKey[slot] = SubmissionRing.remoteKey(entry);
        immediate[slot] = SubmissionRing.immediate(entry);
        address[slot] = SubmissionRing.localAddress(entry);
        remoteAddress[slot] = SubmissionRing.remoteAddress(entry);
        lengthBytes[slot] = SubmissionRing.lengthBytes(entry);
        cookie[slot] = SubmissionRing.cookie(entry);
        withImmediate[slot] = SubmissionRing.withImmediate(entry);
        fenced[slot] = SubmissionRing.fenced(entry);
    }

    /** A post failed: the fenced ones posted behind it do not fire (R5.3). */
    void flushFencedAfter(int failed) {
        for (int slot = next[failed]; slot != NONE; slot = next[slot]) {
            if (fenced[slot] && status[slot] == CompletionStatus.SUCCESS) {
                status[slot] = CompletionStatus.FLUSHED;
            }
        }
    }

    void give(int slot) {
        next[slot] = free;
        free = slot;
    }
}

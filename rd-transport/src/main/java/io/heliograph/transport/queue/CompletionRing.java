package io.heliograph.transport.queue;

import static io.heliograph.transport.queue.CompletionLayout.*;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import java.lang.foreign.Arena;

/**
 * Completions on their way from an engine to the application thread: a ring of 32-byte entries with one writer and one reader.
 *
 * <p>A new entry is known by its owner byte, so that the reader touches nothing but the entry. The writer must not have more than {@code
 * capacity} entries unread: {@link #unread} tells, and the endpoint reserves room for every post that is outstanding.
 */
public final class CompletionRing {
    private static final int CACHE_LINE_BYTES = 64;

    private final long entries;
    private final long headAddress;
    private final int mask;
    private final int lapShift;
    private final View view = new View();

    // Writer's side.
    private long tail;
    // Reader's side.
    private long head;

    /**
     * An empty ring that lives as long as {@code arena}.
     *
     * @param capacity entries, a power of two
     */
    public CompletionRing(Arena arena, int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("completion ring: capacity=" + capacity + "; choose a power of two");
        }
        mask = capacity - 1;
        lapShift = Integer.numberOfTrailingZeros(capacity);
        entries = arena.allocate((long) capacity * BYTES + CACHE_LINE_BYTES, CACHE_LINE_BYTES)
                .address();
        headAddress = entries + (long) capacity * BYTES;
    }

    /** Entries that the reader has not taken. Writer only. */
    public int unread() {
        return (int) (tail - NativeMemory.getLongAcquire(headAddress));
    }

    /** Entries the ring holds. */
    public int capacity() {
        return mask + 1;
    }

    /** Appends a completion; the writer knows that there is room. */
    public void put(int kind, int status, int peer, int queue, long cookie, int immediate, long lengthBytes) {
        long entry = entries + (tail & mask) * BYTES;
        NativeMemory.putLong(entry + COOKIE, cookie);
        NativeMemory.putLong(entry + LENGTH, lengthBytes);
        NativeMemory.putInt(entry + PEER, peer);
        NativeMemory.putInt(entry + IMMEDIATE_DATA, immediate);
        NativeMemory.putByte(entry + KIND, (byte) kind);
        NativeMemory.putByte(entry + STATUS, (byte) status);
        NativeMemory.putShort(entry + QUEUE, (short) queue);
        NativeMemory.putIntRelease(entry + OWNER_WORD, owner(tail));
        tail++;
    }

    /**
     * Hands the oldest completions to {@code handler}. Reader only.
     *
     * @return how many, at most {@code limit}
     */
    public int poll(CompletionHandler handler, int limit) {
        int count = 0;
        while (count < limit) {
            long entry = entries + (head & mask) * BYTES;
            if (NativeMemory.getIntAcquire(entry + OWNER_WORD) != owner(head)) {
                break;
            }
            view.entry = entry;
            head++;
            count++;
            handler.onCompletion(view);
        }
        if (count > 0) {
            NativeMemory.putLongRelease(headAddress, head);
        }
        return count;
    }

    private int owner(long index) {
        return (int) ((index >>> lapShift & 1) + 1) << OWNER_SHIFT;
    }

    private static final class View implements Completion {
        private long entry;

        @Override
        public int kind() {
            return NativeMemory.getByte(entry + KIND);
        }

        @Override
        public int status() {
            return NativeMemory.getByte(entry + STATUS);
        }

        @Override
        public int peer() {
            return NativeMemory.getInt(entry + PEER);
        }

        @Override
        public int queue() {
            return NativeMemory.getShort(entry + QUEUE) & 0xffff;
        }

        @Override
        public long cookie() {
            return NativeMemory.getLong(entry + COOKIE);
        }

        @Override
        public int immediate() {
            return NativeMemory.getInt(entry + IMMEDIATE_DATA);
        }

        @Override
        public long lengthBytes() {
            return NativeMemory.getLong(entry + LENGTH);
        }
    }
}

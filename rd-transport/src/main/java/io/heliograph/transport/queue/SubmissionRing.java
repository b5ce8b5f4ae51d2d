package io.heliograph.transport.queue;

import static io.heliograph.transport.queue.WorkRequestLayout.*;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;

/**
 * Work requests on their way from the application thread to an engine: a ring of 64-byte entries with one writer and one reader.
 *
 * <p>The reader looks at the entry under {@link #peek} through the accessors, and {@link #advance}s. The two indices lie on cache lines of
 * their own, and each side keeps a copy of the other's.
 */
public final class SubmissionRing {
    private static final int CACHE_LINE_BYTES = 64;

    private final long entries;
    private final long tailAddress;
    private final long headAddress;
    private final int mask;

    // Writer's side.
    private long tail;
    private long cachedHead;
    // Reader's side.
    private long head;
    private long cachedTail;

    /**
     * An empty ring that lives as long as {@code arena}.
     *
     * @param capacity entries, a power of two
     */
    public SubmissionRing(Arena arena, int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("submission ring: capacity=" + capacity + "; choose a power of two");
        }
        mask = capacity - 1;
        entries = arena.allocate((long) capacity * BYTES + 2 * CACHE_LINE_BYTES, CACHE_LINE_BYTES)
                .address();
        tailAddress = entries + (long) capacity * BYTES;
        headAddress = tailAddress + CACHE_LINE_BYTES;
    }

    /** Appends a request, or returns false if the ring is full. Writer only. */
    @SuppressWarnings("TooManyParameters") // one per field of the entry, by name
    public boolean offer(
            boolean withImmediate,
            boolean fenced,
            int queue,
            int peer,
            long localAddress,
            int localKey,
            long lengthBytes,
            long remoteAddress,
            int remoteKey,
            int immediate,
            long cookie) {
        if (tail - cachedHead > mask) {
            cachedHead = NativeMemory.getLongAcquire(headAddress);
            if (tail - cachedHead > mask) {
                return false;
            }
        }
        long entry = entries + (tail & mask) * BYTES;
        NativeMemory.putByte(entry + OPCODE, withImmediate ? OPCODE_WRITE_IMM : OPCODE_WRITE);
        NativeMemory.putByte(entry + FLAGS, fenced ? FLAG_FENCED : 0);
        NativeMemory.putShort(entry + QUEUE, (short) queue);
        NativeMemory.putInt(entry + PEER, peer);
        NativeMemory.putLong(entry + LOCAL_ADDRESS, localAddress);
        NativeMemory.putLong(entry + REMOTE_ADDRESS, remoteAddress);
        NativeMemory.putLong(entry + LENGTH, lengthBytes);
        NativeMemory.putInt(entry + LOCAL_KEY, localKey);
        NativeMemory.putInt(entry + REMOTE_KEY, remoteKey);
        NativeMemory.putInt(entry + IMMEDIATE, immediate);
        NativeMemory.putLong(entry + COOKIE, cookie);
        tail++;
        NativeMemory.putLongRelease(tailAddress, tail);
        return true;
    }

    /** Address of the oldest entry for the accessors below, 0 if the ring is empty. Reader only. */
    public long peek() {
        if (head == cachedTail) {
            cachedTail = NativeMemory.getLongAcquire(tailAddress);
            if (head == cachedTail) {
                return 0;
            }
        }
        return entries + (head & mask) * BYTES;
    }

    /** Gives the oldest entry back to the writer. Reader only. */
    public void advance() {
        head++;
        NativeMemory.putLongRelease(headAddress, head);
    }

    /** Whether the request has an immediate. */
    public static boolean withImmediate(long entry) {
        return NativeMemory.getByte(entry + OPCODE) == OPCODE_WRITE_IMM;
    }

    /** Whether the immediate waits for earlier messages. */
    public static boolean fenced(long entry) {
        return (NativeMemory.getByte(entry + FLAGS) & FLAG_FENCED) != 0;
    }

    /** The work queue. */
    public static int queue(long entry) {
        return NativeMemory.getShort(entry + QUEUE) & 0xffff;
    }

    /** The destination's number. */
    public static int peer(long entry) {
        return NativeMemory.getInt(entry + PEER);
    }

    /** First byte to send. */
    public static long localAddress(long entry) {
        return NativeMemory.getLong(entry + LOCAL_ADDRESS);
    }

    /** Key of the region to send from. */
    public static int localKey(long entry) {
        return NativeMemory.getInt(entry + LOCAL_KEY);
    }

    /** Bytes to send. */
    public static long lengthBytes(long entry) {
        return NativeMemory.getLong(entry + LENGTH);
    }

    /** Where the first byte goes. */
    public static long remoteAddress(long entry) {
        return NativeMemory.getLong(entry + REMOTE_ADDRESS);
    }

    /** Key of the region it goes to. */
    public static int remoteKey(long entry) {
        return NativeMemory.getInt(entry + REMOTE_KEY);
    }

    /** The immediate. */
    public static int immediate(long entry) {
        return NativeMemory.getInt(entry + IMMEDIATE);
    }

    /** What comes back in the completion. */
    public static long cookie(long entry) {
        return NativeMemory.getLong(entry + COOKIE);
    }
}

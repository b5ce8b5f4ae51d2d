package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * The writer's end of a slot's immediate ring in the peer's segment. An entry has 32 bytes:
 *
 * <pre>
 *  0  sequence (64)    the entry's number from 1 on, stored last: the reader touches nothing but the entry
 *  8  length (64)      bytes of the message
 * 16  immediate (32)
 * 20  queue (32)
 * 24  reserved
 * </pre>
 *
 * <p>One writer at a time, one reader. Numbers go on where a former writer, dead or detached, left off.
 */
final class ImmediateRing {
    static final int SEQUENCE = 0;
    static final int LENGTH = 8;
    static final int IMMEDIATE = 16;
    static final int QUEUE = 20;

    private final long headAddress;
    private final long entries;
    private final int capacity;
    private long tail;
    private long knownHead;

    ImmediateRing(long headAddress, long entries, int capacity) {
        this.headAddress = headAddress;
        this.entries = entries;
        this.capacity = capacity;
        this.tail = NativeMemory.getLongAcquire(headAddress);
        this.knownHead = tail;
    }

    boolean hasRoom() {
        if (tail - knownHead < capacity) {
            return true;
        }
        long head = NativeMemory.getLongAcquire(headAddress);
        if (tail - head >= 0 && tail - head <= capacity) {
            knownHead = head;
        }
        return tail - knownHead < capacity;
    }

    /** Appends an immediate; the caller knows that there is room. What it stored before is seen by who sees the immediate. */
    void publish(int queue, int immediate, long lengthBytes) {
        long entry = entries + (tail & capacity - 1) * SegmentLayout.RING_ENTRY_BYTES;
        NativeMemory.putLong(entry + LENGTH, lengthBytes);
        NativeMemory.putInt(entry + IMMEDIATE, immediate);
        NativeMemory.putInt(entry + QUEUE, queue);
        tail++;
        NativeMemory.putLongRelease(entry + SEQUENCE, tail);
    }
}

package io.heliograph.transport.port;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * The reading end of the ring that {@link RingWriter} fills.
 *
 * <p>The tail comes from the other side and is believed only as far as it makes sense.
 */
final class RingReader {
    private final long tailAddress;
    private final long headAddress;
    private final long entriesAddress;
    private final int capacity;
    private long head;
    private long knownTail;

    /** An end that starts where the ring stands; {@code capacity} is a power of two. */
    RingReader(long ringAddress, int capacity) {
        this.tailAddress = ringAddress + LinkLayout.RING_TAIL;
        this.headAddress = ringAddress + LinkLayout.RING_HEAD;
        this.entriesAddress = ringAddress + LinkLayout.RING_ENTRIES;
        this.capacity = capacity;
        this.head = NativeMemory.getLongAcquire(headAddress);
        this.knownTail = head;
    }

    /** Entries that can be read now; looks at the other end if there seem to be fewer than {@code wanted}. */
    int available(int wanted) {
        int available = (int) (knownTail - head);
        if (available < wanted) {
            long tail = NativeMemory.getLongAcquire(tailAddress);
            if (tail - head >= 0 && tail - head <= capacity) {
                knownTail = tail;
                available = (int) (tail - head);
            }
        }
        return available;
    }

    /** The entry {@code offset} places behind the head, one of those available. */
    long get(int offset) {
        return NativeMemory.getLong(entriesAddress + ((head + offset & capacity - 1) << 3));
    }

    /** Gives the places of the first {@code count} entries back to the writer. */
    void consume(int count) {
        head += count;
        NativeMemory.putLongRelease(headAddress, head);
    }
}

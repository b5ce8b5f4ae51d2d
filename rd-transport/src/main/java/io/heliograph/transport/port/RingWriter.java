package io.heliograph.transport.port;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * The writing end of a single-producer single-consumer ring of 64-bit entries in memory that both ends map.
 *
 * <p>Entries of a batch are plain stores, made visible by one release store of the tail; the other end's head is read only when the
 * copy kept here says that there is no room. The head comes from the other side and is believed only as far as it makes sense.
 */
final class RingWriter {
    private final long tailAddress;
    private final long headAddress;
    private final long entriesAddress;
    private final int capacity;
    private long tail;
    private long knownHead;

    /** An end that starts where the ring stands; {@code capacity} is a power of two. */
    RingWriter(long ringAddress, int capacity) {
        this.tailAddress = ringAddress + LinkLayout.RING_TAIL;
        this.headAddress = ringAddress + LinkLayout.RING_HEAD;
        this.entriesAddress = ringAddress + LinkLayout.RING_ENTRIES;
        this.capacity = capacity;
        this.tail = NativeMemory.getLongAcquire(tailAddress);
        this.knownHead = tail;
        refreshHead();
    }

    /** Entries that can be put now; looks at the other end if there seem to be fewer than {@code wanted}. */
    int room(int wanted) {
        int room = capacity - (int) (tail - knownHead);
        if (room < wanted) {
            refreshHead();
            room = capacity - (int) (tail - knownHead);
        }
        return room;
    }

    /** Writes the entry {@code offset} places behind the tail, not visible yet. */
    void put(int offset, long entry) {
        NativeMemory.putLong(entriesAddress + ((tail + offset & capacity - 1) << 3), entry);
    }

    /** Makes the first {@code count} entries put since the last time visible. */
    void publish(int count) {
        tail += count;
        NativeMemory.putLongRelease(tailAddress, tail);
    }

    private void refreshHead() {
        long head = NativeMemory.getLongAcquire(headAddress);
        if (tail - head >= 0 && tail - head <= capacity) {
            knownHead = head;
        }
    }
}

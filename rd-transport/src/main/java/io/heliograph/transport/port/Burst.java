package io.heliograph.transport.port;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

/**
 * An off-heap array of up to {@link #capacity()} frames, filled and emptied by a {@link Port}.
 *
 * <p>Indices are not checked. One thread at a time.
 */
public final class Burst {
    private final long arrayAddress;
    private final int capacity;
    private int size;

    /** An empty burst whose array lives as long as {@code arena}. */
    public Burst(final Arena arena, final int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("burst without room: capacity=" + capacity);
        }
        this.capacity = capacity;
        this.arrayAddress = arena.allocate(ValueLayout.JAVA_LONG, capacity).address();
    }

    /** Address of the array of 64-bit frame addresses, as drivers want it. */
    public long arrayAddress() {
        return arrayAddress;
    }

    /** The most frames it holds. */
    public int capacity() {
        return capacity;
    }

    /** Frames it holds now. */
    public int size() {
        return size;
    }

    /** Sets the count after the array was written through {@link #arrayAddress()}. */
    public void size(final int newSize) {
        size = newSize;
    }

    /** Room left. */
    public int remaining() {
        return capacity - size;
    }

    /** The frame at {@code index}, see {@link Frame}. */
    public long frame(final int index) {
        return NativeMemory.getLong(arrayAddress + 8L * index);
    }

    /** Replaces the frame at {@code index}. */
    public void frame(final int index, final long frame) {
        NativeMemory.putLong(arrayAddress + 8L * index, frame);
    }

    /** Appends a frame; the caller knows that there is room. */
    public void add(final long frame) {
        frame(size++, frame);
    }

    /** Puts a frame at {@code index}, at most {@link #size()}, and moves those behind it on; the caller knows that there is room. */
    public void insert(final int index, final long frame) {
        for (int i = size++; i > index; i--) {
            frame(i, frame(i - 1));
        }
        frame(index, frame);
    }

    /** Removes and returns the last frame; the caller knows that there is one. */
    public long removeLast() {
        return frame(--size);
    }

    /** Forgets the first {@code count} frames and moves the others to the front. */
    public void removeFirst(final int count) {
        size -= count;
        for (int i = 0; i < size; i++) {
            frame(i, frame(i + count));
        }
    }

    /** Forgets all frames; whoever calls it has given them away. */
    public void clear() {
        size = 0;
    }
}

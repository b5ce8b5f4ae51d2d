package io.heliograph.transport.port;

/** Frames on a long cable: first in, first out, each with the time when it is due. Bounded, allocates nothing. */
final class DelayLine {
    private final long[] frames;
    private final long[] dueNs;
    private int head;
    private int size;

    DelayLine(int capacity) {
        frames = new long[capacity];
        dueNs = new long[capacity];
    }

    boolean isFull() {
        return size == frames.length;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Adds a frame; the caller knows that there is room and that no earlier one is due later. */
    void add(long frame, long frameDueNs) {
        int at = (head + size) % frames.length;
        frames[at] = frame;
        dueNs[at] = frameDueNs;
        size++;
    }

    /** When the first frame is due; the caller knows that there is one. */
    long firstDueNs() {
        return dueNs[head];
    }

    /** Removes the first frame. */
    long remove() {
        long frame = frames[head];
        head = (head + 1) % frames.length;
        size--;
        return frame;
    }
}

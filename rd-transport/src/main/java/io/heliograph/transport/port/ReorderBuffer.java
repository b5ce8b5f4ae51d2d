package io.heliograph.transport.port;

/** Frames held back until so many later ones have passed, or until a time. Bounded, allocates nothing. */
final class ReorderBuffer {
    private final long[] frames;
    private final int[] passesLeft;
    private final long[] dueNs;
    private int size;

    ReorderBuffer(int capacity) {
        frames = new long[capacity];
        passesLeft = new int[capacity];
        dueNs = new long[capacity];
    }

    boolean isFull() {
        return size == frames.length;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Holds a frame; the caller knows that there is room. */
    void add(long frame, int passes, long frameDueNs) {
        frames[size] = frame;
        passesLeft[size] = passes;
        dueNs[size] = frameDueNs;
        size++;
    }

    /** Another frame passed: moves those that waited for it to {@code out}, which has the room. */
    void passed(Burst out) {
        for (int i = 0; i < size; ) {
            if (--passesLeft[i] <= 0) {
                out.add(removeAt(i));
            } else {
                i++;
            }
        }
    }

    /** Moves the frames whose time has come to {@code out}, as far as it has room. */
    void expire(long nowNs, Burst out) {
        for (int i = 0; i < size && out.remaining() > 0; ) {
            if (dueNs[i] - nowNs <= 0) {
                out.add(removeAt(i));
            } else {
                i++;
            }
        }
    }

    /** When the first frame's time comes; the caller knows that there is one. Times are less than 2^63 ns apart. */
    long firstDueNs() {
        long first = dueNs[0];
        for (int i = 1; i < size; i++) {
            if (dueNs[i] - first < 0) {
                first = dueNs[i];
            }
        }
        return first;
    }

    private long removeAt(int index) {
        long frame = frames[index];
        size--;
        for (int i = index; i < size; i++) {
            frames[i] = frames[i + 1];
            passesLeft[i] = passesLeft[i + 1];
            dueNs[i] = dueNs[i + 1];
        }
        return frame;
    }
}

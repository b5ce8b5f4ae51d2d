package io.heliograph.transport.simulation;

import java.util.Arrays;

/** Frames under way to one port, earliest arrival first; frames that arrive together keep the order they were added in. A binary heap. */
final class ArrivalQueue {
    private static final int FIRST_CAPACITY = 64;

    private long[] timesNs = new long[FIRST_CAPACITY];
    private long[] numbers = new long[FIRST_CAPACITY];
    private long[] frames = new long[FIRST_CAPACITY];
    private int size;
    private long added;

    int size() {
        return size;
    }

    /** When the first frame arrives, or {@link Long#MAX_VALUE}. */
    long firstNs() {
        return size == 0 ? Long.MAX_VALUE : timesNs[0];
    }

    void add(long arrivalNs, long frame) {
        if (size == frames.length) {
            timesNs = Arrays.copyOf(timesNs, 2 * size);
            numbers = Arrays.copyOf(numbers, 2 * size);
            frames = Arrays.copyOf(frames, 2 * size);
        }
        long number = added++;
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >> 1;
            if (!isBefore(arrivalNs, number, parent)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        set(hole, arrivalNs, number, frame);
    }

    /** Takes the first frame out; there is one. */
    long remove() {
        long first = frames[0];
        size--;
        long timeNs = timesNs[size];
        long number = numbers[size];
        long frame = frames[size];
        int hole = 0;
        int child = 1;
        while (child < size) {
            if (child + 1 < size && isBefore(timesNs[child + 1], numbers[child + 1], child)) {
                child++;
            }
            if (isBefore(timeNs, number, child)) {
                break;
            }
            move(child, hole);
            hole = child;
            child = 2 * hole + 1;
        }
        set(hole, timeNs, number, frame);
        return first;
    }

    private boolean isBefore(long timeNs, long number, int other) {
        return timeNs < timesNs[other] || timeNs == timesNs[other] && number < numbers[other];
    }

    private void move(int from, int to) {
        set(to, timesNs[from], numbers[from], frames[from]);
    }

    private void set(int at, long timeNs, long number, long frame) {
        timesNs[at] = timeNs;
        numbers[at] = number;
        frames[at] = frame;
    }
}

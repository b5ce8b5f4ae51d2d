package io.heliograph.transport.neighbour;

/** Who is to be answered, in order. Bounded: under a flood the rest goes unanswered and asks again. */
final class AnswerQueue {
    private static final int CAPACITY = 64;

    private final long[] mac = new long[CAPACITY];
    private final long[] ipHigh = new long[CAPACITY];
    private final long[] ipLow = new long[CAPACITY];
    private int head;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** Adds who asked; false if there is no room. */
    boolean add(long askerMac, long askerHigh, long askerLow) {
        if (size == CAPACITY) {
            return false;
        }
        int at = (head + size++) % CAPACITY;
        mac[at] = askerMac;
        ipHigh[at] = askerHigh;
        ipLow[at] = askerLow;
        return true;
    }

    long mac() {
        return mac[head];
    }

    long ipHigh() {
        return ipHigh[head];
    }

    long ipLow() {
        return ipLow[head];
    }

    void remove() {
        head = (head + 1) % CAPACITY;
        size--;
    }
}

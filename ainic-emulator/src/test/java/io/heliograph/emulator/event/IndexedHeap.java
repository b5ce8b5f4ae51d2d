package io.heliograph.emulator.event;

import java.util.Arrays;

/** What the event queue is measured and checked against: an indexed heap with four children, exact in the same order. */
final class IndexedHeap {
    private final long[] moments;
    private final int[] places;
    private final int[] heap;
    private int size;

    IndexedHeap(int actors) {
        moments = new long[actors];
        places = new int[actors];
        heap = new int[actors];
        Arrays.fill(moments, EventQueue.NEVER);
        Arrays.fill(places, -1);
    }

    void schedule(int actor, long atPs) {
        moments[actor] = atPs;
        if (places[actor] < 0) {
            places[actor] = size++;
        }
        up(places[actor], actor);
        down(places[actor], actor);
    }

    int takeFirst(long limitPs) {
        if (size == 0 || moments[heap[0]] > limitPs) {
            return EventQueue.NONE;
        }
        int first = heap[0];
        places[first] = -1;
        int last = heap[--size];
        if (size > 0) {
            down(0, last);
        }
        return first;
    }

    long momentPs(int actor) {
        return moments[actor];
    }

    private boolean before(int a, int b) {
        return moments[a] < moments[b] || moments[a] == moments[b] && a < b;
    }

    private void put(int place, int actor) {
        heap[place] = actor;
        places[actor] = place;
    }

    private void up(int from, int actor) {
        int hole = from;
        while (hole > 0 && before(actor, heap[(hole - 1) >> 2])) {
            put(hole, heap[(hole - 1) >> 2]);
            hole = (hole - 1) >> 2;
        }
        put(hole, actor);
    }

    private void down(int from, int actor) {
        int hole = from;
        while (4 * hole + 1 < size) {
            int least = 4 * hole + 1;
            for (int child = least + 1; child < Math.min(size, 4 * hole + 5); child++) {
                least = before(heap[child], heap[least]) ? child : least;
            }
            if (!before(heap[least], actor)) {
                break;
            }
            put(hole, heap[least]);
            hole = least;
        }
        put(hole, actor);
    }
}

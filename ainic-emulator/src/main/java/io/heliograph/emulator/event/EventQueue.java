package io.heliograph.emulator.event;

import java.util.Arrays;

/**
 * The moments of all actors, earliest first; actors with the same moment in the order of their numbers, so that a run replays exactly.
 *
 * <p>A hierarchical timing wheel (Varghese and Lauck, SOSP 1987, scheme 7): each level is a ring of {@value #SLOTS} slots, 1,024 ps wide on the lowest level and
 * {@value #SLOTS} times as wide on each one above. A slot is an unordered list of actors; a bitmap of each level, with one more bit for every 64 of its bits, finds the next slot
 * that is not empty in two steps. Exact order is made only when time comes to a slot: its few actors go to a small binary heap. So an actor is moved once for
 * each level between it and now, and compared only with those of the same nanosecond.
 *
 * <p>Moments are never before {@link #nowPs}. Nothing is allocated but in {@link #add}.
 */
public final class EventQueue {
    /** No actor. */
    public static final int NONE = -1;
    /** No moment. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int SLOT_SHIFT = 10;
    private static final int DIGIT_BITS = 12;
    private static final int SLOTS = 1 << DIGIT_BITS;
    // 10 + 5 * 12 bits are all there are.
    private static final int LEVELS = 5;
    private static final int WORDS = SLOTS / Long.SIZE;

    /** The place of an actor without a moment; for those in a slot it is the slot's number. */
    private static final int NOWHERE = -1;

    private static final int IN_HEAP = -2;

    // What is known of an actor lies side by side, so that scheduling it touches one line.
    private static final int STRIDE_SHIFT = 2;
    private static final int MOMENT = 0;
    private static final int PLACE = 1;
    private static final int NEXT = 2;
    private static final int PREVIOUS = 3;

    private int actors;
    private long[] words = new long[64 << STRIDE_SHIFT];

    private final int[] firsts = new int[LEVELS * SLOTS];
    private final long[] bits = new long[LEVELS * WORDS];
    private final long[] summaries = new long[LEVELS];

    /** The actors of the present slot, and any that were scheduled before it afterwards: a binary heap, with their moments beside them, so that ordering them touches nothing else. */
    private int[] heap = new int[64];

    private long[] heapMoments = new long[64];
    private int heapSize;
    /** A time in the present slot. */
    private long originPs;

    private long nowPs;

    /** No actors; it is 0 ps. */
    public EventQueue() {
        Arrays.fill(firsts, NONE);
    }

    /** Makes room for one more actor and returns its number, from 0. */
    public int add() {
        if (actors == heap.length) {
            words = Arrays.copyOf(words, 2 * actors << STRIDE_SHIFT);
            heap = Arrays.copyOf(heap, 2 * actors);
            heapMoments = Arrays.copyOf(heapMoments, 2 * actors);
        }
        words[at(actors) + MOMENT] = NEVER;
        words[at(actors) + PLACE] = NOWHERE;
        return actors++;
    }

    /** The moment of the actor that was taken last, or what {@link #advanceTo} said since. */
    public long nowPs() {
        return nowPs;
    }

    /** When an actor acts next, or {@link #NEVER}. */
    public long momentPs(int actor) {
        return words[at(actor) + MOMENT];
    }

    /**
     * Gives an actor a moment in place of the one it may have had; {@link #NEVER} takes that away.
     *
     * @throws IllegalArgumentException if it is in the past
     */
    public void schedule(int actor, long atPs) {
        if (atPs < nowPs) {
            throw new IllegalArgumentException(
                    "moment in the past: actor=" + actor + " atPs=" + atPs + " nowPs=" + nowPs);
        }
        if (words[at(actor) + MOMENT] == atPs) {
            return;
        }
        if (words[at(actor) + PLACE] != NOWHERE) {
            remove(actor);
        }
        words[at(actor) + MOMENT] = atPs;
        if (atPs != NEVER) {
            insert(actor, atPs);
        }
    }

    /** Takes out the first actor and moves the time to its moment, or returns {@link #NONE} if that is after {@code limitPs}. */
    public int takeFirst(long limitPs) {
        while (heapSize == 0) {
            if (!openNextSlot(limitPs)) {
                return NONE;
            }
        }
        if (heapMoments[0] > limitPs) {
            return NONE;
        }
        int actor = heap[0];
        nowPs = heapMoments[0];
        words[at(actor) + MOMENT] = NEVER;
        words[at(actor) + PLACE] = NOWHERE;
        takeFromHeap(0);
        return actor;
    }

    /** Moves the time on; no actor's moment is before that. */
    public void advanceTo(long thenPs) {
        nowPs = Math.max(nowPs, thenPs);
    }

    private void insert(int actor, long atPs) {
        if (atPs >>> SLOT_SHIFT <= originPs >>> SLOT_SHIFT) {
            words[at(actor) + PLACE] = IN_HEAP;
            siftUp(heapSize++, actor, atPs);
            return;
        }
        // The highest digit in which it differs from now says how far away it is.
        int level = (63 - Long.numberOfLeadingZeros((atPs ^ originPs) >>> SLOT_SHIFT)) / DIGIT_BITS;
        int index = (int) (atPs >>> SLOT_SHIFT + level * DIGIT_BITS) & SLOTS - 1;
        int slot = level * SLOTS + index;
        int first = firsts[slot];
        firsts[slot] = actor;
        words[at(actor) + NEXT] = first;
        words[at(actor) + PREVIOUS] = NONE;
        words[at(actor) + PLACE] = slot;
        if (first == NONE) {
            bits[slot >> 6] |= 1L << slot;
            summaries[level] |= 1L << (index >> 6);
        } else {
            words[at(first) + PREVIOUS] = actor;
        }
    }

    private void remove(int actor) {
        int place = (int) words[at(actor) + PLACE];
        words[at(actor) + PLACE] = NOWHERE;
        if (place == IN_HEAP) {
            // Few are there: what happens within a nanosecond.
            int index = 0;
            while (heap[index] != actor) {
                index++;
            }
            takeFromHeap(index);
            return;
        }
        int next = (int) words[at(actor) + NEXT];
        int previous = (int) words[at(actor) + PREVIOUS];
        if (next != NONE) {
            words[at(next) + PREVIOUS] = previous;
        }
        if (previous != NONE) {
            words[at(previous) + NEXT] = next;
            return;
        }
        firsts[place] = next;
        if (next == NONE) {
            clear(place);
        }
    }

    private void clear(int slot) {
        bits[slot >> 6] &= ~(1L << slot);
        if (bits[slot >> 6] == 0) {
            summaries[slot / SLOTS] &= ~(1L << (slot >> 6));
        }
    }

    /** Makes the next slot that is not empty the present one; returns false if it begins after the limit. */
    private boolean openNextSlot(long limitPs) {
        for (int level = 0; level < LEVELS; level++) {
            int shift = SLOT_SHIFT + level * DIGIT_BITS;
            int index = nextIndex(level, (int) (originPs >>> shift) & SLOTS - 1);
            if (index != NONE) {
                long above =
                        shift + DIGIT_BITS >= Long.SIZE ? 0 : originPs >>> shift + DIGIT_BITS << shift + DIGIT_BITS;
                long beginsPs = above | (long) index << shift;
                if (beginsPs > limitPs) {
                    return false;
                }
                originPs = beginsPs;
                spread(level * SLOTS + index);
                return true;
            }
        }
        return false;
    }

    /** The first slot of a level that is not empty and behind an index, or NONE. */
    private int nextIndex(int level, int after) {
        if (after == SLOTS - 1) {
            return NONE;
        }
        int from = after + 1;
        int base = level * WORDS;
        long word = bits[base + (from >> 6)] & -1L << from;
        if (word != 0) {
            return (from & -Long.SIZE) + Long.numberOfTrailingZeros(word);
        }
        int fromWord = (from >> 6) + 1;
        long summary = fromWord == WORDS ? 0 : summaries[level] & -1L << fromWord;
        if (summary == 0) {
            return NONE;
        }
        int found = Long.numberOfTrailingZeros(summary);
        return (found << 6) + Long.numberOfTrailingZeros(bits[base + found]);
    }

    /** Moves the actors of a slot, which begins now, to where they belong from now on. */
    private void spread(int slot) {
        int actor = firsts[slot];
        firsts[slot] = NONE;
        clear(slot);
        while (actor != NONE) {
            int next = (int) words[at(actor) + NEXT];
            insert(actor, words[at(actor) + MOMENT]);
            actor = next;
        }
    }

    private static int at(int actor) {
        return actor << STRIDE_SHIFT;
    }

    private void takeFromHeap(int index) {
        int last = --heapSize;
        if (index < last) {
            int hole = siftDown(index, heap[last], heapMoments[last]);
            siftUp(hole, heap[last], heapMoments[last]);
        }
    }

    /** Puts an actor in a hole, or above it if it comes before those. */
    private void siftUp(int from, int actor, long momentPs) {
        int hole = from;
        while (hole > 0) {
            int parent = (hole - 1) >> 1;
            if (!isBefore(actor, momentPs, parent)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        heap[hole] = actor;
        heapMoments[hole] = momentPs;
    }

    /** Fills a hole from below until an actor may be in it; returns where that is. */
    private int siftDown(int from, int actor, long momentPs) {
        int hole = from;
        int child = 2 * hole + 1;
        while (child < heapSize) {
            if (child + 1 < heapSize && isBefore(heap[child + 1], heapMoments[child + 1], child)) {
                child++;
            }
            if (isBefore(actor, momentPs, child)) {
                break;
            }
            move(child, hole);
            hole = child;
            child = 2 * hole + 1;
        }
        return hole;
    }

    private boolean isBefore(int actor, long momentPs, int index) {
        return momentPs < heapMoments[index] || momentPs == heapMoments[index] && actor < heap[index];
    }

    private void move(int from, int to) {
        heap[to] = heap[from];
        heapMoments[to] = heapMoments[from];
    }
}

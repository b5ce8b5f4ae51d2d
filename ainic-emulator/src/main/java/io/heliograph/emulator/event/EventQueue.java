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

    /** {@link #places} of an actor without a moment; those in the heap have their index there, those in a slot {@link #FIRST_SLOT} minus its number. */
    private static final int NOWHERE = -1;

    private static final int FIRST_SLOT = -2;

    private int actors;
    private long[] moments = new long[64];
    private int[] places = new int[64];
    private int[] nexts = new int[64];
    private int[] previouses = new int[64];

    private final int[] firsts = new int[LEVELS * SLOTS];
    private final long[] bits = new long[LEVELS * WORDS];
    private final long[] summaries = new long[LEVELS];

    /** The actors of the present slot, and any that were scheduled before it afterwards. */
    private int[] heap = new int[64];

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
        if (actors == moments.length) {
            moments = Arrays.copyOf(moments, 2 * actors);
            places = Arrays.copyOf(places, 2 * actors);
            nexts = Arrays.copyOf(nexts, 2 * actors);
            previouses = Arrays.copyOf(previouses, 2 * actors);
            heap = Arrays.copyOf(heap, 2 * actors);
        }
        moments[actors] = NEVER;
        places[actors] = NOWHERE;
        return actors++;
    }

    /** The moment of the actor that was taken last, or what {@link #advanceTo} said since. */
    public long nowPs() {
        return nowPs;
    }

    /** When an actor acts next, or {@link #NEVER}. */
    public long momentPs(int actor) {
        return moments[actor];
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
        if (moments[actor] == atPs) {
            return;
        }
        if (places[actor] != NOWHERE) {
            remove(actor);
        }
        moments[actor] = atPs;
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
        int actor = heap[0];
        if (moments[actor] > limitPs) {
            return NONE;
        }
        nowPs = moments[actor];
        moments[actor] = NEVER;
        places[actor] = NOWHERE;
        int last = heap[--heapSize];
        if (heapSize > 0) {
            siftDown(0, last);
        }
        return actor;
    }

    /** Moves the time on; no actor's moment is before that. */
    public void advanceTo(long thenPs) {
        nowPs = Math.max(nowPs, thenPs);
    }

    private void insert(int actor, long atPs) {
        if (atPs >>> SLOT_SHIFT <= originPs >>> SLOT_SHIFT) {
            siftUp(heapSize++, actor);
            return;
        }
        // The highest digit in which it differs from now says how far away it is.
        int level = (63 - Long.numberOfLeadingZeros((atPs ^ originPs) >>> SLOT_SHIFT)) / DIGIT_BITS;
        int index = (int) (atPs >>> SLOT_SHIFT + level * DIGIT_BITS) & SLOTS - 1;
        int slot = level * SLOTS + index;
        int first = firsts[slot];
        firsts[slot] = actor;
        nexts[actor] = first;
        previouses[actor] = NONE;
        places[actor] = FIRST_SLOT - slot;
        if (first == NONE) {
            bits[slot >> 6] |= 1L << slot;
            summaries[level] |= 1L << (index >> 6);
        } else {
            previouses[first] = actor;
        }
    }

    private void remove(int actor) {
        int place = places[actor];
        places[actor] = NOWHERE;
        if (place >= 0) {
            int last = heap[--heapSize];
            if (last != actor) {
                siftDown(place, last);
                siftUp(places[last], last);
            }
            return;
        }
        int next = nexts[actor];
        int previous = previouses[actor];
        if (next != NONE) {
            previouses[next] = previous;
        }
        if (previous != NONE) {
            nexts[previous] = next;
            return;
        }
        int slot = FIRST_SLOT - place;
        firsts[slot] = next;
        if (next == NONE) {
            clear(slot);
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
            int next = nexts[actor];
            insert(actor, moments[actor]);
            actor = next;
        }
    }

    private boolean isBefore(int actor, int other) {
        return moments[actor] < moments[other] || moments[actor] == moments[other] && actor < other;
    }

    private void siftUp(int from, int actor) {
        int hole = from;
        while (hole > 0) {
            int parent = (hole - 1) >> 1;
            if (!isBefore(actor, heap[parent])) {
                break;
            }
            put(hole, heap[parent]);
            hole = parent;
        }
        put(hole, actor);
    }

    private void siftDown(int from, int actor) {
        int hole = from;
        int child = 2 * hole + 1;
        while (child < heapSize) {
            if (child + 1 < heapSize && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], actor)) {
                break;
            }
            put(hole, heap[child]);
            hole = child;
            child = 2 * hole + 1;
        }
        put(hole, actor);
    }

    private void put(int index, int actor) {
        heap[index] = actor;
        places[actor] = index;
    }
}

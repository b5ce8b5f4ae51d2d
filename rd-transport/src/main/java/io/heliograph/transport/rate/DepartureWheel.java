package io.heliograph.transport.rate;

/**
 * Flows in the order of their departure times: a hierarchical timing wheel whose occupied slots are found by find-first-set.
 *
 * <p>Five wheels of 4,096 slots, of 16 ns, 65.5 us, 268 ms and so on up to all of time. A slot is a doubly linked list, first come first served; a two-level
 * bitmap finds the first one that is not empty by find-first-set twice (as in the hierarchical queues of Saeed et al., "Eiffel: Efficient and Flexible Software Packet Scheduling", NSDI 2019;
 * timing wheels: Varghese and Lauck, SOSP 1987). Joining,
 * leaving and taking the first cost the same however many flows there are; a flow moves down a wheel at most four times, and one that departs within 65 us
 * hardly ever. The flows of one slot move down in one call, so that the mean is bounded, not every single call.
 *
 * <p>Arrays only, no allocation after construction. One thread.
 */
final class DepartureWheel {
    static final int NONE = -1;
    /** Nanoseconds of a finest slot, as a power of two: half a packet of 1,500 bytes at 400 Gbit/s. */
    static final int SLOT_SHIFT = 4;

    /** Words that the pacer keeps for each flow, as a power of two; the first is its departure. */
    static final int WORDS_SHIFT = 2;

    private static final int LEVELS = 5;
    private static final int LEVEL_BITS = 12;
    private static final int SLOTS = 1 << LEVEL_BITS;
    private static final int SLOT_MASK = SLOTS - 1;
    private static final int WORDS = SLOTS / Long.SIZE;
    private static final int WORD_SHIFT = 6;

    private final int flows;
    /** Two links for each flow, then for the anchor of each slot: what is behind it and, next to that, what is before it. */
    private final int[] links;

    private final long[] occupied = new long[LEVELS * WORDS];
    /** One bit for each word of {@link #occupied} that is not 0. */
    private final long[] occupiedWords = new long[LEVELS];
    /** The slot, of the finest kind, that no flow is before; only grows. */
    private long position;

    DepartureWheel(int flows) {
        this.flows = flows;
        int nodes = flows + LEVELS * SLOTS;
        links = new int[nodes << 1];
        for (int anchor = flows; anchor < nodes; anchor++) {
            link(anchor, anchor);
        }
    }

    /** Slots count from the beginning of time, so that none is negative: 60 bits. */
    static long slot(long timeNs) {
        return (timeNs ^ Long.MIN_VALUE) >>> SLOT_SHIFT;
    }

    /** Lets a flow that is not in the wheel depart at a time; one that is past joins those that are first. */
    void add(int flow, long departureNs) {
        long slot = Math.max(slot(departureNs), position);
        long differing = slot ^ position;
        // The highest digit that differs tells the wheel.
        int level = (Long.SIZE - 1 - Long.numberOfLeadingZeros(differing | 1)) / LEVEL_BITS;
        int index = level << LEVEL_BITS | (int) (slot >>> level * LEVEL_BITS) & SLOT_MASK;
        int anchor = flows + index;
        link(before(anchor), flow);
        link(flow, anchor);
        occupied[index >> WORD_SHIFT] |= 1L << index;
        occupiedWords[level] |= 1L << (index >> WORD_SHIFT);
    }

    /** Takes out a flow that is in the wheel. */
    void remove(int flow) {
        int before = before(flow);
        int after = after(flow);
        link(before, after);
        if (before == after) {
            // Only an anchor is on both sides.
            vacate(before - flows);
        }
    }

    private void link(int before, int after) {
        links[before << 1] = after;
        links[after << 1 | 1] = before;
    }

    private int after(int node) {
        return links[node << 1];
    }

    private int before(int node) {
        return links[node << 1 | 1];
    }

    private void vacate(int index) {
        int word = index >> WORD_SHIFT;
        occupied[word] &= ~(1L << index);
        if (occupied[word] == 0) {
            occupiedWords[index >> LEVEL_BITS] &= ~(1L << word);
        }
    }

    /**
     * The flow that departs first, if that is not after the slot that {@code nowNs} lies in, or {@link #NONE}; it stays where it is. Times of the calls must not
     * decrease.
     *
     * @param flowWords the departure of flow f is word 4f
     */
    int first(long nowNs, long[] flowWords) {
        long nowSlot = slot(nowNs);
        for (int level = firstLevel(); level != NONE; level = firstLevel()) {
            int index = firstIndex(level);
            long slot = start(level, index);
            if (slot > nowSlot) {
                break;
            }
            // Nobody is before this slot.
            position = slot;
            if (level == 0) {
                return after(flows + index);
            }
            moveDown(index, flowWords);
        }
        position = Math.max(position, nowSlot);
        return NONE;
    }

    /** A time at which {@link #first} has something to do, no later than the first departure; {@link Long#MAX_VALUE} if there is no flow. */
    long deadlineNs() {
        int level = firstLevel();
        return level == NONE ? Long.MAX_VALUE : timeNs(start(level, firstIndex(level)));
    }

    private static long timeNs(long slot) {
        return slot << SLOT_SHIFT ^ Long.MIN_VALUE;
    }

    private void moveDown(int index, long[] flowWords) {
        int anchor = flows + index;
        int flow = after(anchor);
        int last = before(anchor);
        link(anchor, anchor);
        vacate(index);
        while (true) {
            int after = after(flow);
            add(flow, flowWords[flow << WORDS_SHIFT]);
            if (flow == last) {
                return;
            }
            flow = after;
        }
    }

    /** All of a lower level is before all of a higher one. */
    private int firstLevel() {
        for (int level = 0; level < LEVELS; level++) {
            if (occupiedWords[level] != 0) {
                return level;
            }
        }
        return NONE;
    }

    private int firstIndex(int level) {
        // Slots before the position's are empty, so that the first set bit is the first in time.
        int word = level * WORDS + Long.numberOfTrailingZeros(occupiedWords[level]);
        return word << WORD_SHIFT | Long.numberOfTrailingZeros(occupied[word]);
    }

    /** The first slot, of the finest kind, that a slot of some level covers. */
    private long start(int level, int index) {
        int shift = level * LEVEL_BITS;
        long turn = position & -(1L << shift + LEVEL_BITS);
        return turn | (long) (index & SLOT_MASK) << shift;
    }
}

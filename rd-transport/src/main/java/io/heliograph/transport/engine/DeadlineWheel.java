package io.heliograph.transport.engine;

import org.jspecify.annotations.Nullable;

/**
 * Entries by the time at which each must be looked at: a hierarchical timing wheel (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987, scheme 7), exact to the
 * nanosecond.
 *
 * <p>Eleven rings of 64 slots: of 1 ns, 64 ns, 4 us, 262 us, 17 ms, 1 s and so on up to all of time; a bitmap of each finds the first slot that is not empty. Filing, taking out
 * and finding what is due cost the same however many entries there are; an entry moves down a ring a few times at most. Each slot knows the least time that an entry of it was filed for, so
 * that {@link #nextNs} is exact unless that one was taken out meanwhile: then it is early.
 *
 * <p>{@link io.heliograph.transport.rate.Pacer} has a wheel as well, of 16 ns, whose rings of 4,096 slots take 170 KB: for flows that each leave some microseconds from now, in their order. Here
 * entries wait for milliseconds, nearly none is still due when its time comes, and an endpoint with two peers must be small.
 *
 * <p>The links are the entries' own: nothing is allocated after construction. One thread.
 */
final class DeadlineWheel {
    /** What a wheel holds; it is in one wheel at most. */
    abstract static class Entry {
        private static final short NOWHERE = -1;

        private @Nullable Entry before;
        private @Nullable Entry behind;
        private long filedNs;
        private short slot = NOWHERE;

        final boolean isFiled() {
            return slot != NOWHERE;
        }
    }

    private static final int DIGIT_BITS = 6;
    private static final int SLOTS = 1 << DIGIT_BITS;
    private static final int LEVELS = (Long.SIZE + DIGIT_BITS - 1) / DIGIT_BITS;

    private final @Nullable Entry[] firsts = new Entry[LEVELS * SLOTS];
    /** No entry of a slot that is not empty is filed for before this. */
    private final long[] earliestNs = new long[LEVELS * SLOTS];
    /** For each level a bit for each slot that is not empty. */
    private final long[] occupied = new long[LEVELS];
    /** A bit for each level that is not empty. */
    private int occupiedLevels;
    /** No entry is in a slot before that of this time; only grows. */
    private long positionNs = Long.MIN_VALUE;
    /** {@link #earliestNs} of the first slot. */
    private long nextNs = Long.MAX_VALUE;

    /** A time at which {@link #take} has something to do, not after that of any entry; {@link Long#MAX_VALUE} if there is none. */
    long nextNs() {
        return nextNs;
    }

    /**
     * Files an entry, or files it again if it stands where it would come too late: one that would come too early stays, to be filed again when it is taken.
     *
     * @param deadlineNs not {@link Long#MAX_VALUE}; may be past
     * @param nowNs must not decrease from call to call, those of {@link #take} included
     */
    void file(Entry entry, long deadlineNs, long nowNs) {
        if (entry.isFiled()) {
            if (entry.filedNs <= deadlineNs) {
                return;
            }
            remove(entry);
        }
        if (occupiedLevels == 0) {
            positionNs = Math.max(positionNs, nowNs);
        }
        entry.filedNs = deadlineNs;
        insert(entry);
    }

    /** Takes an entry out, if it is filed. */
    void remove(Entry entry) {
        if (!entry.isFiled()) {
            return;
        }
        int slot = entry.slot;
        Entry before = entry.before;
        Entry behind = entry.behind;
        if (behind != null) {
            behind.before = before;
        }
        if (before != null) {
            before.behind = behind;
        } else {
            firsts[slot] = behind;
            if (behind == null) {
                vacate(slot);
                findNext();
            }
        }
        entry.before = null;
        entry.behind = null;
        entry.slot = Entry.NOWHERE;
    }

    /** Takes out an entry that was filed for no later than {@code nowNs}, or returns null if there is none. */
    @Nullable
    Entry take(long nowNs) {
        while (nextNs <= nowNs && occupiedLevels != 0) {
            int slot = firstSlot();
            positionNs = startNs(slot);
            if (slot < SLOTS) {
                Entry entry = firsts[slot];
                if (entry != null) {
                    remove(entry);
                }
                return entry;
            }
            moveDown(slot);
        }
        return null;
    }

    /** The position is where the slot begins now, so that each of its entries belongs to a lower level. */
    private void moveDown(int slot) {
        Entry entry = firsts[slot];
        firsts[slot] = null;
        vacate(slot);
        while (entry != null) {
            Entry behind = entry.behind;
            insert(entry);
            entry = behind;
        }
        findNext();
    }

    private void insert(Entry entry) {
        long ns = Math.max(entry.filedNs, positionNs);
        // The highest digit that differs tells the level.
        int level = (Long.SIZE - 1 - Long.numberOfLeadingZeros(ns ^ positionNs | 1)) / DIGIT_BITS;
        int slot = level * SLOTS + digit(ns, level);
        Entry first = firsts[slot];
        if (first == null) {
            occupied[level] |= 1L << slot;
            occupiedLevels |= 1 << level;
            earliestNs[slot] = entry.filedNs;
        } else {
            first.before = entry;
            earliestNs[slot] = Math.min(earliestNs[slot], entry.filedNs);
        }
        entry.before = null;
        entry.behind = first;
        entry.slot = (short) slot;
        firsts[slot] = entry;
        nextNs = Math.min(nextNs, entry.filedNs);
    }

    private void vacate(int slot) {
        int level = slot / SLOTS;
        occupied[level] &= ~(1L << slot);
        if (occupied[level] == 0) {
            occupiedLevels &= ~(1 << level);
        }
    }

    private void findNext() {
        nextNs = occupiedLevels == 0 ? Long.MAX_VALUE : earliestNs[firstSlot()];
    }

    /** All of a lower level is before all of a higher one, and slots before the position's are empty: the first set bit is the first in time. */
    private int firstSlot() {
        int level = Integer.numberOfTrailingZeros(occupiedLevels);
        return level * SLOTS + Long.numberOfTrailingZeros(occupied[level]);
    }

    /** Digits count from the beginning of time, so that none is negative. */
    private static int digit(long ns, int level) {
        return (int) ((ns ^ Long.MIN_VALUE) >>> level * DIGIT_BITS) & SLOTS - 1;
    }

    /** When a slot begins. */
    private long startNs(int slot) {
        int shift = slot / SLOTS * DIGIT_BITS;
        long above = shift + DIGIT_BITS >= Long.SIZE ? 0 : (positionNs ^ Long.MIN_VALUE) & -1L << shift + DIGIT_BITS;
        return (above | (long) (slot % SLOTS) << shift) ^ Long.MIN_VALUE;
    }
}

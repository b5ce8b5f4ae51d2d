package io.heliograph.transport.engine;

/**
 * Doubly linked lists over the slots of one window: each slot is in at most one list, and joining or leaving costs the same wherever it stands.
 *
 * <p>List {@code l} of a window of {@code w} slots has its anchor at index {@code w + l} of the links.
 */
final class SlotList {
    static final int NONE = -1;

    private final int[] next;
    private final int[] previous;
    private final int slots;

    SlotList(int slots, int lists) {
        this.slots = slots;
        next = new int[slots + lists];
        previous = new int[slots + lists];
        for (int anchor = slots; anchor < slots + lists; anchor++) {
            next[anchor] = anchor;
            previous[anchor] = anchor;
        }
    }

    void append(int list, int slot) {
        int anchor = slots + list;
        int last = previous[anchor];
        next[last] = slot;
        previous[slot] = last;
        next[slot] = anchor;
        previous[anchor] = slot;
    }

    void remove(int slot) {
        next[previous[slot]] = next[slot];
        previous[next[slot]] = previous[slot];
    }

    /** The first slot of a list, or {@link #NONE}. */
    int first(int list) {
        return slotOrNone(next[slots + list]);
    }

    /** The slot behind one in the same list, or {@link #NONE}. */
    int after(int slot) {
        return slotOrNone(next[slot]);
    }

    boolean isEmpty(int list) {
        return next[slots + list] == slots + list;
    }

    private int slotOrNone(int index) {
        return index < slots ? index : NONE;
    }
}

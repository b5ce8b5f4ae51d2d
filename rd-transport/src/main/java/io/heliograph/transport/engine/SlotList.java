package io.heliograph.transport.engine;

/**
 * Doubly linked lists over the slots of one window: each slot is in at most one list, and joining or leaving costs the same wherever it stands.
 *
 * <p>List {@code l} of a window of {@code w} slots has its anchor at index {@code w + l} of the links. Two bytes a link: slots and lists together are at most 65,536.
 */
final class SlotList {
    static final int NONE = -1;

    private final char[] next;
    private final char[] previous;
    private final int slots;

    SlotList(int slots, int lists) {
        this.slots = slots;
        next = new char[slots + lists];
        previous = new char[slots + lists];
        for (int anchor = slots; anchor < slots + lists; anchor++) {
            next[anchor] = (char) anchor;
            previous[anchor] = (char) anchor;
        }
    }

    void append(int list, int slot) {
        link(previous[slots + list], slot);
    }

    /** Joins a list behind {@code before}, or first if that is {@link #NONE}. */
    void insertAfter(int list, int before, int slot) {
        link(before == NONE ? slots + list : before, slot);
    }

    private void link(int before, int slot) {
        char after = next[before];
        next[before] = (char) slot;
        previous[slot] = (char) before;
        next[slot] = after;
        previous[after] = (char) slot;
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

    /** The last slot of a list, or {@link #NONE}. */
    int last(int list) {
        return slotOrNone(previous[slots + list]);
    }

    /** The slot before one in the same list, or {@link #NONE}. */
    int before(int slot) {
        return slotOrNone(previous[slot]);
    }

    boolean isEmpty(int list) {
        return next[slots + list] == slots + list;
    }

    private int slotOrNone(int index) {
        return index < slots ? index : NONE;
    }
}

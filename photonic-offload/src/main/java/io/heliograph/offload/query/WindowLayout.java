package io.heliograph.offload.query;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of a query in an offload window are: where the answer is to be written, then the query as {@link QueryLayout} has it.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |              Address of the answer at the sender              |  0
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                    Key of its region                          |  8
 *  +---------------------------------------------------------------+
 *  |                    Reserved, 0                                | 12
 *  +---------------------------------------------------------------+
 *  |                    Query                                      | 16
 * </pre>
 *
 * <p>Source: QUERIES.md, Q10.
 */
public final class WindowLayout {
    /** Bytes from the first field to the query. */
    public static final int HEADER = 16;

    /** The upper half of the immediates of queries and of their answers; the lower half is the slot. */
    public static final int IMMEDIATE = 0x4851_0000;

    /** Slots are numbered from 0 to below this. */
    public static final int MAX_SLOTS = 1 << 16;

    private static final int KEY = 8;
    private static final int SLOT_MASK = MAX_SLOTS - 1;

    private WindowLayout() {}

    /** Whether an immediate is of a window. */
    public static boolean isWindow(int immediate) {
        return (immediate & ~SLOT_MASK) == IMMEDIATE;
    }

    /** The slot that an immediate names. */
    public static int slot(int immediate) {
        return immediate & SLOT_MASK;
    }

    /** Where the sender wants the answer. */
    public static long replyAddress(long slot) {
        return NativeMemory.getLongBigEndian(slot);
    }

    /** The key of its region there. */
    public static int replyKey(long slot) {
        return NativeMemory.getIntBigEndian(slot + KEY);
    }

    /** Writes where the answer is wanted. */
    public static void put(long slot, long replyAddress, int replyKey) {
        NativeMemory.putLongBigEndian(slot, replyAddress);
        NativeMemory.putLongBigEndian(slot + KEY, (long) replyKey << Integer.SIZE);
    }
}

package io.heliograph.transport.neighbour;

import java.util.Arrays;

/**
 * A bounded hash table from IP address to what is known of a neighbour, in arrays: an entry is a number. Nothing is allocated after
 * construction.
 */
final class NeighbourTable {
    static final int NONE = -1;

    final long[] mac;
    final long[] dueNs;
    final int[] tries;
    /** Whether somebody wanted to send to it since it was last checked. */
    final boolean[] used;

    private final long[] high;
    private final long[] low;
    private final NeighbourState[] state;
    private final int[] next;
    private final int[] buckets;
    private int firstFree;

    NeighbourTable(int capacity) {
        if (capacity < 1 || capacity > 1 << 16) {
            throw new IllegalArgumentException(
                    "neighbour table size out of range: capacity=" + capacity + "; give 1 to 65536");
        }
        mac = new long[capacity];
        dueNs = new long[capacity];
        tries = new int[capacity];
        used = new boolean[capacity];
        high = new long[capacity];
        low = new long[capacity];
        state = new NeighbourState[capacity];
        Arrays.fill(state, NeighbourState.UNKNOWN);
        next = new int[capacity];
        for (int i = 0; i < capacity; i++) {
            next[i] = i + 1 < capacity ? i + 1 : NONE;
        }
        buckets = new int[Integer.highestOneBit(capacity) << 1];
        Arrays.fill(buckets, NONE);
    }

    int capacity() {
        return mac.length;
    }

    long high(int entry) {
        return high[entry];
    }

    long low(int entry) {
        return low[entry];
    }

    NeighbourState state(int entry) {
        return state[entry];
    }

    void state(int entry, NeighbourState newState) {
        state[entry] = newState;
    }

    /** The entry of an address, or {@link #NONE}. */
    int find(long ipHigh, long ipLow) {
        int entry = buckets[bucket(ipHigh, ipLow)];
        while (entry != NONE && (low[entry] != ipLow || high[entry] != ipHigh)) {
            entry = next[entry];
        }
        return entry;
    }

    /** A new entry, zeroed, for an address that has none; {@link #NONE} if the table is full. */
    int add(long ipHigh, long ipLow, NeighbourState newState) {
        int entry = firstFree;
        if (entry == NONE) {
            return NONE;
        }
        firstFree = next[entry];
        int bucket = bucket(ipHigh, ipLow);
        next[entry] = buckets[bucket];
        buckets[bucket] = entry;
        high[entry] = ipHigh;
        low[entry] = ipLow;
        state[entry] = newState;
        mac[entry] = 0;
        dueNs[entry] = 0;
        tries[entry] = 0;
        used[entry] = false;
        return entry;
    }

    void remove(int entry) {
        int bucket = bucket(high[entry], low[entry]);
        if (buckets[bucket] == entry) {
            buckets[bucket] = next[entry];
        } else {
            int before = buckets[bucket];
            while (next[before] != entry) {
                before = next[before];
            }
            next[before] = next[entry];
        }
        state[entry] = NeighbourState.UNKNOWN;
        next[entry] = firstFree;
        firstFree = entry;
    }

    private int bucket(long ipHigh, long ipLow) {
        long mixed = (ipHigh * 31 + ipLow) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (mixed >>> 32) & buckets.length - 1;
    }
}

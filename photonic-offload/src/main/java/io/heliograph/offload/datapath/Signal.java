package io.heliograph.offload.datapath;

import java.util.Arrays;

/**
 * What a stage gives, cycle by cycle: a number, a word index or an address, or nothing. It remembers the last cycles and may be written some ahead, so that registers
 * are a matter of which cycle one asks for.
 */
final class Signal {

    /** Not valid in this cycle. */
    static final long NONE = Long.MIN_VALUE;

    /** A word of the preamble, where others have an address. */
    static final long PREAMBLE = -1;

    /** The layer behind the last one: the result. */
    static final long FINAL = 1L << 32;

    private static final int CYCLES = 128;

    private final long[] values = new long[CYCLES];

    Signal() {
        clear();
    }

    long get(long cycle) {
        return values[(int) cycle & CYCLES - 1];
    }

    boolean isValid(long cycle) {
        return get(cycle) != NONE;
    }

    void put(long cycle, long value) {
        values[(int) cycle & CYCLES - 1] = value;
    }

    void clear() {
        Arrays.fill(values, NONE);
    }
}

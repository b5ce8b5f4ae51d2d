package io.heliograph.benchmarks.soak;

import java.util.concurrent.atomic.AtomicLongArray;

/** The figures of an end: written by one thread each, read by any; allocates nothing. */
public final class Tally {

    private static final int COUNT = Figure.values().length;

    private final AtomicLongArray values = new AtomicLongArray(COUNT);

    /** Adds to a figure of the calling thread's. */
    void add(Figure figure, long more) {
        set(figure, get(figure) + more);
    }

    /** Sets a figure of the calling thread's. */
    void set(Figure figure, long value) {
        values.setRelease(index(figure), value);
    }

    /** A figure. */
    long get(Figure figure) {
        return values.getAcquire(index(figure));
    }

    @SuppressWarnings("EnumOrdinal") // not stored anywhere
    private static int index(Figure figure) {
        return figure.ordinal();
    }
}

package io.heliograph.collectives.execute;

import io.heliograph.transport.RandomSource;

/** Has two draw the same numbers one after the other, as two tables of regions do that hold the same. */
final class TwinKeys implements RandomSource {
    private static final int MOST = 256;

    private final RandomSource random;
    private final long[] drawn = new long[MOST];
    private long drawing;
    private boolean active;
    private int count;
    private int next;

    TwinKeys(RandomSource random) {
        this.random = random;
    }

    /** What is drawn from now on by this thread is remembered, until {@link #end}. */
    void begin() {
        drawing = Thread.currentThread().threadId();
        count = 0;
        next = 0;
        active = true;
    }

    /** The next are those that were drawn since {@link #begin}. */
    void repeat() {
        next = 0;
    }

    void end() {
        active = false;
    }

    @Override
    public long nextLong() {
        if (!active || Thread.currentThread().threadId() != drawing || next == MOST) {
            return random.nextLong();
        }
        if (next == count) {
            drawn[count++] = random.nextLong();
        }
        return drawn[next++];
    }
}

package io.heliograph.collectives.execute;

/** Chunks that went to every other rank: which slots there they take up, until they are given back, and whether their sources may change. */
final class Departures {
    private static final int NOBODY = -1;

    private final int slots;

    // By rank.
    private final long[] sent;
    private final long[] taken;
    // By rank and slot.
    private final byte[] unacknowledged;
    private final boolean[] lent;

    /** WRITEs that are not acknowledged, and chunks that are lent. */
    private int outstanding;

    private int lentChunks;

    /** Nothing was sent. */
    Departures(int ranks, int slots) {
        this.slots = slots;
        sent = new long[ranks];
        taken = new long[ranks];
        unacknowledged = new byte[ranks * slots];
        lent = new boolean[ranks * slots];
    }

    /** Whether there is a slot for the next chunk to a rank. */
    boolean canSend(int rank) {
        long number = sent[rank];
        return number - taken[rank] < slots && unacknowledged[index(rank, number)] == 0;
    }

    /** The number of the next chunk to a rank, of which {@link #posted} follows for each WRITE. */
    long next(int rank) {
        return sent[rank]++;
    }

    /** A WRITE of the chunk with that index was posted. */
    void posted(int index) {
        unacknowledged[index]++;
        outstanding++;
    }

    /** A chunk lies where the receiver is to read it. */
    void lend(int index) {
        lent[index] = true;
        lentChunks++;
        outstanding++;
    }

    /** A WRITE of the chunk with that index was acknowledged, or failed. */
    void onWritten(int index) {
        unacknowledged[index]--;
        outstanding--;
    }

    /** A rank says how many it took out. */
    void onCredit(int rank, int immediate) {
        int more = Immediate.ahead(immediate, taken[rank]);
        // Credits may overtake each other: one that is behind is old.
        if (more <= slots) {
            for (int i = 0; i < more; i++) {
                int index = index(rank, taken[rank]++);
                if (lent[index]) {
                    lent[index] = false;
                    lentChunks--;
                    outstanding--;
                }
            }
        }
    }

    /** A rank says how many it took out so far, by a {@link Letter} or beside; whether that is more than was known. */
    boolean onTaken(int rank, int count) {
        int more = count - (int) taken[rank];
        // What is no count is what another process wrote: it keeps a slot that is not its own from being used.
        if (more <= 0 || more > sent[rank] - taken[rank]) {
            return false;
        }
        onCredit(rank, Immediate.credit(0, count));
        return true;
    }

    /** Whether a rank is to say how many it took out before this one can go on with it, or soon. */
    boolean awaitsCredit(int rank) {
        return lentChunks > 0 || sent[rank] - taken[rank] >= slots / 2;
    }

    /** Whether the source of a chunk may change: it was written to the receiver, or read by it. */
    boolean mayChange(int rank, long number) {
        int index = index(rank, number);
        return sent[rank] - number > slots || unacknowledged[index] == 0 && !lent[index];
    }

    /** Whether WRITEs of chunks to a rank are unacknowledged. */
    boolean isUnacknowledged(int rank) {
        for (int slot = 0; slot < slots; slot++) {
            if (unacknowledged[rank * slots + slot] != 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether any rank may be reading what was lent to it. */
    boolean isLending() {
        return lentChunks > 0;
    }

    /** A rank that sources of chunks may not change because of; negative if there is none. */
    int waitsFor() {
        if (outstanding == 0) {
            return NOBODY;
        }
        int index = 0;
        while (unacknowledged[index] == 0 && !lent[index]) {
            index++;
        }
        return index / slots;
    }

    /** Whether all may change. */
    boolean isQuiet() {
        return outstanding == 0;
    }

    /** The slot of a chunk. */
    int slot(long number) {
        return (int) number & slots - 1;
    }

    /** What posts of a chunk are known by. */
    int index(int rank, long number) {
        return rank * slots + slot(number);
    }
}

package io.heliograph.collectives.execute;

/** Chunks that came from every other rank: which slots of this rank's landing they are in, until they are taken out in order. */
final class Arrivals {
    private static final int NO_LENGTH = -1;

    private final LandingLayout layout;
    private final long landing;
    private final int slots;

    // By rank.
    private final long[] taken;
    private final long[] creditGiven;
    private final long[] arrived;
    // By rank and slot.
    private final int[] bytes;
    private final boolean[] first;
    private final boolean[] lent;
    private final boolean[] offers;

    /**
     * Nothing has come.
     *
     * @param landing address of the memory that others write to
     */
    Arrivals(LandingLayout layout, long landing, int ranks) {
        this.layout = layout;
        this.landing = landing;
        slots = layout.slots();
        taken = new long[ranks];
        creditGiven = new long[ranks];
        arrived = new long[ranks];
        bytes = new int[ranks * slots];
        first = new boolean[ranks * slots];
        lent = new boolean[ranks * slots];
        offers = new boolean[ranks * slots];
    }

    /** An immediate with a chunk came; false if it cannot be. */
    boolean onChunk(int rank, int immediate, long lengthBytes) {
        int ahead = Immediate.ahead(immediate, taken[rank]);
        long number = taken[rank] + ahead;
        long bit = 1L << slot(number);
        if (ahead >= slots || (arrived[rank] & bit) != 0) {
            return false;
        }
        boolean isLent = Immediate.kind(immediate) == Immediate.LENT;
        int header = isLent || Immediate.isWhole(immediate) ? Header.BYTES : 0;
        long chunk = lengthBytes - header;
        if (isLent && chunk == 0) {
            chunk = Descriptor.lengthBytes(landing + layout.slot(rank, slot(number)));
        }
        if (chunk < (isLent ? 1 : 0) || chunk > layout.slotBytes()) {
            return false;
        }
        arrived[rank] |= bit;
        bytes[index(rank, number)] = (int) chunk;
        first[index(rank, number)] = Immediate.isFirst(immediate);
        lent[index(rank, number)] = isLent;
        offers[index(rank, number)] = false;
        return true;
    }

    /** Whether the next chunk from a rank is there. */
    boolean hasNext(int rank) {
        return (arrived[rank] & 1L << slot(taken[rank])) != 0;
    }

    /** Whether the next chunk from a rank is a {@link Letter} that is there, and that was not seen before. */
    boolean listen(int rank) {
        long number = taken[rank];
        long bit = 1L << slot(number);
        long header = header(rank);
        if ((arrived[rank] & bit) != 0 || !Letter.isThereAcquire(header, number)) {
            return false;
        }
        boolean isLent = Letter.isLent(header);
        int length = Letter.lengthBytes(header);
        // A length that cannot be is one that nobody expects.
        boolean isSound = length >= (isLent ? 1 : 0) && length <= layout.slotBytes();
        arrived[rank] |= bit;
        bytes[index(rank, number)] = isSound ? length : NO_LENGTH;
        first[index(rank, number)] = true;
        lent[index(rank, number)] = isLent;
        offers[index(rank, number)] = isLent && Letter.isOffer(header);
        return true;
    }

    /** Whether the next chunk, which is there, comes with a place for its result. */
    boolean isOffer(int rank) {
        return offers[index(rank, taken[rank])];
    }

    /** The sender is told on the way how many were taken out: no need to tell it again. */
    long tellTaken(int rank) {
        creditGiven[rank] = taken[rank];
        return taken[rank];
    }

    /** Whether the next chunk, which is there, is its collective's first, and has a header. */
    boolean isFirst(int rank) {
        return first[index(rank, taken[rank])];
    }

    /** Whether the next chunk, which is there, lies in the sender's memory: where, its header says. */
    boolean isLent(int rank) {
        return lent[index(rank, taken[rank])];
    }

    /** Address of the header of the next chunk, which is there and has one. */
    long header(int rank) {
        return landing + layout.slot(rank, slot(taken[rank]));
    }

    /** Address of the next chunk, which is there and not lent. */
    long chunk(int rank) {
        return header(rank) + Header.BYTES;
    }

    /** Bytes of the next chunk, which is there, without its header. */
    int chunkBytes(int rank) {
        return bytes[index(rank, taken[rank])];
    }

    /** The next chunk, which was there, was taken out: its slot is free. Says whether the sender is to be told now. */
    boolean take(int rank) {
        boolean isAwaited = isLent(rank);
        arrived[rank] &= ~(1L << slot(taken[rank]));
        taken[rank]++;
        if (!isAwaited && taken[rank] - creditGiven[rank] < slots / 2) {
            return false;
        }
        creditGiven[rank] = taken[rank];
        return true;
    }

    /** Chunks that were taken out so far. */
    long taken(int rank) {
        return taken[rank];
    }

    private int slot(long number) {
        return (int) number & slots - 1;
    }

    private int index(int rank, long number) {
        return rank * slots + slot(number);
    }
}

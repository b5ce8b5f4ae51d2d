package io.heliograph.collectives.execute;

import io.heliograph.collectives.CommunicatorConfig;

/**
 * Where things lie in the memory that other ranks write to: an area for each of them.
 *
 * <pre>
 * area:  slots, then the note, then the word, then the count
 * slot:    0  header (64 bytes), see {@link Header}
 *         64  chunk
 * note:    see {@link Note}
 * word:    see {@link Word}
 * count (64 bytes): how many of this rank's chunks the other took out so far (64), which it writes; then whether it may write to outputs no more (64), which this rank does; see {@link Offers}
 * </pre>
 *
 * @param slots of each area, a power of two
 * @param slotBytes the longest chunk, a multiple of 64
 * @param wordBytes a multiple of 64
 */
record LandingLayout(int slots, int slotBytes, int wordBytes) {
    private static final int COUNT_BYTES = 64;

    static LandingLayout of(CommunicatorConfig config, int size) {
        return new LandingLayout(config.slots(), config.slotBytes(), Word.bytes(size));
    }

    long stride() {
        return Header.BYTES + (long) slotBytes;
    }

    long areaBytes() {
        return slots * stride() + Note.BYTES + wordBytes + COUNT_BYTES;
    }

    long area(int rank) {
        return rank * areaBytes();
    }

    long slot(int rank, int slot) {
        return area(rank) + slot * stride();
    }

    long note(int rank) {
        return area(rank) + slots * stride();
    }

    long word(int rank) {
        return note(rank) + Note.BYTES;
    }

    long count(int rank) {
        return word(rank) + wordBytes;
    }

    long withdrawn(int rank) {
        return count(rank) + Long.BYTES;
    }
}

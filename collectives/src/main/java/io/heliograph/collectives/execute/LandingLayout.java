package io.heliograph.collectives.execute;

/**
 * Where things lie in the memory that other ranks write to: an area for each of them.
 *
 * <pre>
 * area:  slots, then the note
 * slot:    0  header (64 bytes), see {@link Header}
 *         64  chunk
 * note:    see {@link Note}
 * </pre>
 *
 * @param slots of each area, a power of two
 * @param slotBytes the longest chunk, a multiple of 64
 */
record LandingLayout(int slots, int slotBytes) {
    long stride() {
        return Header.BYTES + (long) slotBytes;
    }

    long areaBytes() {
        return slots * stride() + Note.BYTES;
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
}

package io.heliograph.collectives.execute;

import io.heliograph.transport.MemoryRegion;

/**
 * The memory that headers, short chunks, notes and words are sent from: an area for each rank, of as many headers with room for a short chunk as the rank has slots, then a note, then a word.
 *
 * @param region of {@link #bytes}
 * @param eagerBytes the longest chunk that is sent from here
 */
record Outbox(MemoryRegion region, LandingLayout layout, int eagerBytes) {
    /** How much it takes. */
    static long bytes(int ranks, LandingLayout layout, int eagerBytes) {
        return ranks * areaBytes(layout, eagerBytes);
    }

    private static long areaBytes(LandingLayout layout, int eagerBytes) {
        return layout.slots() * (long) (Header.BYTES + eagerBytes) + Note.BYTES + layout.wordBytes();
    }

    /** Where the header for a slot lies, from the beginning of the region. */
    long header(int rank, int slot) {
        return slot * (long) (Header.BYTES + eagerBytes) + rank * areaBytes(layout, eagerBytes);
    }

    long note(int rank) {
        return header(rank, layout.slots());
    }

    long word(int rank) {
        return note(rank) + Note.BYTES;
    }

    /** The address of an offset. */
    long address(long offset) {
        return region.address() + offset;
    }
}

package io.heliograph.collectives.execute;

import io.heliograph.collectives.CommunicatorConfig;

/**
 * Where things lie in the memory that other ranks write to: an area for each of them.
 *
 * <pre>
 * area:  slots, then the note, then the word
 * slot:    0  header (64 bytes), see {@link Header}
 *         64  chunk
 * note:    see {@link Note}
 * word:    see {@link Word}
 * </pre>
 *
 * @param slots of each area, a power of two
 * @param slotBytes the longest chunk, a multiple of 64
 * @param wordBytes a multiple of 64
 */
record LandingLayout(int slots, int slotBytes, int wordBytes) {
    static LandingLayout of(CommunicatorConfig config, int size) {
        return new LandingLayout(config.slots(), config.slotBytes(), Word.bytes(size));
    }

    long stride() {
        return Header.BYTES + (long) slotBytes;
    }

    long areaBytes() {
        return slots * stride() + Note.BYTES + wordBytes;
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
}

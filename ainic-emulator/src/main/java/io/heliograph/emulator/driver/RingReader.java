package io.heliograph.emulator.driver;

import io.heliograph.emulator.device.layout.CompletionEntry;

/** A ring that the device writes, as the driver reads it: a new entry is known by its owner bit. */
final class RingReader {
    private final long base;
    private final int entries;
    private int consumed;

    RingReader(long base, int entries) {
        this.base = base;
        this.entries = entries;
    }

    /** The next entry, 0 if there is none. */
    long peek() {
        long entry = base + (long) (consumed & entries - 1) * CompletionEntry.ENTRY_BYTES;
        int lap = Integer.divideUnsigned(consumed, entries);
        return CompletionEntry.OWNER.getInt(entry) == (~lap & 1) ? entry : 0;
    }

    void advance() {
        consumed++;
    }

    /** What the doorbell is to say. */
    int consumed() {
        return consumed;
    }
}

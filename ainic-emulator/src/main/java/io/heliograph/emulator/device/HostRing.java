package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.EventEntry;
import java.util.function.LongConsumer;

/** A ring in host memory that the device writes and the driver reads: a completion ring or the event queue. Both have entries of 32 bytes with an owner bit in the same place. */
final class HostRing {
    private final HostMemory memory;
    private long base;
    private int entries;
    /** Entries that are on their way or written, written, and taken by the driver; all modulo 2^32. */
    private int issued;

    private int produced;
    private int consumed;

    HostRing(HostMemory memory) {
        this.memory = memory;
    }

    /** Begins anew at an address; 0 entries take nothing. */
    void open(long newBase, int newEntries) {
        base = newBase;
        entries = newEntries;
        issued = 0;
        produced = 0;
        consumed = 0;
    }

    int entries() {
        return entries;
    }

    /** Entries that nothing is meant for yet. */
    int room() {
        return entries - (issued - consumed);
    }

    /** One more is on its way. */
    void issue() {
        issued++;
    }

    int produced() {
        return produced;
    }

    boolean isSettled() {
        return issued == produced;
    }

    /** The driver took entries up to a number of them; false if they were not there. */
    boolean consume(int upTo) {
        if (Integer.compareUnsigned(upTo - consumed, produced - consumed) > 0) {
            return false;
        }
        consumed = upTo;
        return true;
    }

    /** Has the next entry filled and then given to the driver; false if its memory is not mapped. The entry counts either way. */
    boolean write(LongConsumer fill) {
        int index = produced++;
        long entry = base + (long) (index & entries - 1) * CompletionEntry.ENTRY_BYTES;
        if (!memory.allows(entry, CompletionEntry.ENTRY_BYTES, HostMemory.WRITE)) {
            return false;
        }
        fill.accept(entry);
        // The first lap is an odd one. The owner lies in the same place in an event.
        int lap = Integer.divideUnsigned(index, entries);
        CompletionEntry.OWNER.put(entry, ~lap & 1);
        assert EventEntry.OWNER.offset() == CompletionEntry.OWNER.offset();
        return true;
    }
}

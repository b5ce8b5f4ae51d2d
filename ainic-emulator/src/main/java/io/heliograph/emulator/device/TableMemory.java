package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.DeviceCounter;

/** A table in host memory as it was when the device was enabled: finds entries, or says that their memory is not there any more. */
final class TableMemory {
    /** No entry. */
    static final long NOWHERE = 0;

    private final HostMemory memory;
    private final Bus bus;
    private final Counts counts;
    private final int entryBytes;
    private long base;
    private int entries;

    TableMemory(HostMemory memory, Bus bus, Counts counts, int entryBytes) {
        this.memory = memory;
        this.bus = bus;
        this.counts = counts;
        this.entryBytes = entryBytes;
    }

    void open(long newBase, int newEntries) {
        base = newBase;
        entries = newEntries;
    }

    int entries() {
        return entries;
    }

    /** Address of an entry below {@link #entries} that may be accessed so, or {@link #NOWHERE}. */
    long entry(int index, int access) {
        long entry = base + (long) index * entryBytes;
        if (!memory.allows(entry, entryBytes, access)) {
            counts.increment(DeviceCounter.MEMORY_FAULTS);
            return NOWHERE;
        }
        if ((access & HostMemory.READ) != 0) {
            bus.countRead(entryBytes);
        }
        if ((access & HostMemory.WRITE) != 0) {
            bus.countWritten(entryBytes);
        }
        return entry;
    }
}

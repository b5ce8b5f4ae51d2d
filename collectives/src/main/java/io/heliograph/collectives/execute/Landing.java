package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.MemoryRegion;
import java.lang.foreign.MemorySegment;

/** The memory that other ranks write to, registered; see {@link LandingLayout}. */
record Landing(Transport transport, MemorySegment memory, MemoryRegion region) {
    /** Without any notes, words or letters of former ranks. */
    static Landing open(Transport transport, LandingLayout layout, int size) {
        MemorySegment memory = transport.allocate(size * layout.areaBytes());
        for (int rank = 0; rank < size; rank++) {
            long note = memory.address() + layout.note(rank);
            NativeMemory.fill(note, Note.BYTES + layout.wordBytes(), (byte) 0);
            NativeMemory.putLong(memory.address() + layout.count(rank), 0);
            NativeMemory.putLong(memory.address() + layout.withdrawn(rank), 0);
            for (int slot = 0; slot < layout.slots(); slot++) {
                Letter.clear(memory.address() + layout.slot(rank, slot));
            }
        }
        return new Landing(transport, memory, transport.endpoint().register(memory, MemoryRegion.REMOTE_WRITE));
    }

    long address() {
        return region.address();
    }

    /** Nobody writes to it any more; waits for a write that is under way. */
    void close() {
        transport.endpoint().deregister(region);
        transport.free(memory);
    }
}

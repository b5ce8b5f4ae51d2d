package io.heliograph.transport.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Cuts small pieces out of larger ones of another arena, which each cost an object to be freed by and what the C library keeps beside them; one thread at a time. */
final class SlabArena implements Arena {
    private static final long SLAB_BYTES = 1024;
    private static final long SLAB_ALIGNMENT = 64;

    private final Arena arena;
    private MemorySegment slab = MemorySegment.NULL;
    private long used;

    SlabArena(Arena arena) {
        this.arena = arena;
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        if (byteAlignment > SLAB_ALIGNMENT || byteSize > SLAB_BYTES) {
            return arena.allocate(byteSize, byteAlignment);
        }
        long offset = used + byteAlignment - 1 & -byteAlignment;
        if (offset + byteSize > slab.byteSize()) {
            slab = arena.allocate(SLAB_BYTES, SLAB_ALIGNMENT);
            offset = 0;
        }
        used = offset + byteSize;
        return slab.asSlice(offset, byteSize);
    }

    @Override
    public MemorySegment.Scope scope() {
        return arena.scope();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("the pieces live as long as the arena that they are cut from");
    }
}

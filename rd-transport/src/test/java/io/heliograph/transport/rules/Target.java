package io.heliograph.transport.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.transport.Endpoint;
import io.heliograph.transport.MemoryRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A region of the endpoint between guards, with a model of what it must hold: every look compares every byte. */
final class Target {
    static final int BYTES = 1 << 16;
    private static final int GUARD_BYTES = 64;
    private static final byte UNTOUCHED = 0x5A;

    private final MemorySegment memory;
    private final MemorySegment model = MemorySegment.ofArray(new byte[BYTES + 2 * GUARD_BYTES]);
    private final MemoryRegion region;

    Target(Endpoint endpoint, Arena arena, int access) {
        memory = arena.allocate(model.byteSize(), 64).fill(UNTOUCHED);
        model.fill(UNTOUCHED);
        region = endpoint.register(memory.asSlice(GUARD_BYTES, BYTES), access);
    }

    MemoryRegion region() {
        return region;
    }

    /** Some bytes changed to these, and nothing else. */
    void nowHas(long offset, int... bytes) {
        with(offset, bytes).isUnchanged();
    }

    /** As {@link #nowHas}, but there is more to tell before the look. */
    Target with(long offset, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            model.set(ValueLayout.JAVA_BYTE, GUARD_BYTES + offset + i, (byte) bytes[i]);
        }
        return this;
    }

    /** As {@link #with}, for a range of one value. */
    Target filled(long offset, int length, int value) {
        model.asSlice(GUARD_BYTES + offset, length).fill((byte) value);
        return this;
    }

    /** All is as told before. */
    void isUnchanged() {
        long at = memory.mismatch(model);
        assertEquals(-1, at, () -> "first wrong byte at offset " + (at - GUARD_BYTES));
    }
}

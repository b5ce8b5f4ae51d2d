package io.heliograph.transport.simulation;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A node's memory: a target region that peers write to and two source areas that they may not, all between guards. A source holds no zero byte and
 * the target starts with nothing else, so that every byte tells whether it was written. One source area is in use at a time; the other is spoiled, so that bytes
 * which are read from it after it was deregistered show.
 */
final class NodeMemory {
    static final int TARGET_BYTES = 32 << 10;
    /** Bytes of each source area. */
    static final int SOURCE_BYTES = 16 << 10;
    /** The target's last bytes belong to no message, for posts that leave the region. */
    static final int TARGET_MARGIN_BYTES = 16;
    /** The bytes in front of those are for messages that overlap. */
    static final int TARGET_OVERLAP_BYTES = 2048;

    private static final int GUARD_BYTES = 2048;
    private static final int TARGET = GUARD_BYTES;
    private static final int SOURCES = TARGET + TARGET_BYTES + GUARD_BYTES;
    private static final int BYTES = SOURCES + 2 * SOURCE_BYTES + GUARD_BYTES;
    private static final byte GUARD = 0x5A;
    private static final byte SPOILED = (byte) 0xA5;

    private final MemorySegment memory;
    private final MemorySegment pristine;
    private final MemorySegment spoiled;
    private int area;

    NodeMemory(Arena arena, long seed) {
        memory = arena.allocate(BYTES, 64);
        pristine = arena.allocate(BYTES, 64);
        pristine.fill(GUARD);
        pristine.asSlice(TARGET, TARGET_BYTES).fill((byte) 0);
        SeededRandom random = new SeededRandom(seed);
        for (int i = 0; i < 2 * SOURCE_BYTES; i++) {
            NativeMemory.putByte(pristine.address() + SOURCES + i, (byte) (1 + random.nextInt(255)));
        }
        spoiled = arena.allocate(SOURCE_BYTES);
        spoiled.fill(SPOILED);
        memory.copyFrom(pristine);
        spoil(1);
    }

    private static int offset(int sourceArea) {
        return SOURCES + sourceArea * SOURCE_BYTES;
    }

    private void spoil(int sourceArea) {
        MemorySegment.copy(spoiled, 0, memory, offset(sourceArea), SOURCE_BYTES);
    }

    /** Uses the other source area and spoils this one. */
    void swapSources() {
        spoil(area);
        area = 1 - area;
        MemorySegment.copy(pristine, offset(area), memory, offset(area), SOURCE_BYTES);
    }

    /** The first source area is the one in use. */
    void useFirstSource() {
        if (area != 0) {
            swapSources();
        }
    }

    MemorySegment target() {
        return memory.asSlice(TARGET, TARGET_BYTES);
    }

    /** The source area in use. */
    MemorySegment source() {
        return memory.asSlice(offset(area), SOURCE_BYTES);
    }

    long targetAddress() {
        return memory.address() + TARGET;
    }

    /** Where the source area in use starts. */
    long sourceAddress() {
        return memory.address() + offset(area);
    }

    /** Where what the source area in use holds can always be read: it is never spoiled. */
    long sourceCopyAddress() {
        return pristine.address() + offset(area);
    }

    /** Which bytes are not as they were in the beginning, in words for people, or empty. */
    String difference() {
        long at = MemorySegment.mismatch(memory, 0, offset(0), pristine, 0, offset(0));
        if (at < 0) {
            at = inSources();
        }
        if (at < 0) {
            return "";
        }
        String where = at >= TARGET && at < TARGET + TARGET_BYTES
                ? "byte " + (at - TARGET) + " of the target region, which belongs to no message at present,"
                : at >= SOURCES && at < SOURCES + 2 * SOURCE_BYTES
                        ? "byte " + (at - SOURCES) + " of the source areas"
                        : "byte " + (at - TARGET) + " from the target region on, outside any region,";
        return where + " was written";
    }

    private long inSources() {
        for (int i = 0; i < 2; i++) {
            MemorySegment expected = i == area ? pristine.asSlice(offset(i), SOURCE_BYTES) : spoiled;
            long at = memory.asSlice(offset(i), SOURCE_BYTES).mismatch(expected);
            if (at >= 0) {
                return offset(i) + at;
            }
        }
        long behind = offset(2);
        long at = MemorySegment.mismatch(memory, behind, BYTES, pristine, behind, BYTES);
        return at < 0 ? at : behind + at;
    }
}

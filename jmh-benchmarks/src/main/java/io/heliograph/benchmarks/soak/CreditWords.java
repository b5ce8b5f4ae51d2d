package io.heliograph.benchmarks.soak;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.MemoryRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How far each receiving queue got, as it tells its sender by WRITE: for each queue the first message that was not looked at, with the
 * life above bit 32, and the same inverted, so that a word that is only half there is not taken.
 */
final class CreditWords {

    private static final long WORD_BYTES = 8;
    private static final long PAIR_BYTES = 2 * WORD_BYTES;
    private static final int LIFE_BIT = 32;
    private static final long NUMBER_MASK = 0xffff_ffffL;
    private static final long NOTHING = -1;

    private final MemorySegment told;
    private final MemorySegment heard;

    CreditWords(Arena arena, int queues) {
        told = arena.allocate(queues * PAIR_BYTES, PAIR_BYTES);
        heard = arena.allocate(queues * PAIR_BYTES, PAIR_BYTES);
    }

    /** Registers what is told from. */
    MemoryRegion registerTold(Endpoint endpoint) {
        return endpoint.register(told, 0);
    }

    /** Registers what the peer writes to. */
    MemoryRegion registerHeard(Endpoint endpoint) {
        heard.fill((byte) 0);
        return endpoint.register(heard, MemoryRegion.REMOTE_WRITE);
    }

    /** Bytes of either. */
    long lengthBytes() {
        return told.byteSize();
    }

    /** Puts down how far a queue got; whether that is news. */
    boolean tell(int queue, int life, long number) {
        long word = (long) life << LIFE_BIT | (number & NUMBER_MASK);
        long at = told.address() + queue * PAIR_BYTES;
        if (NativeMemory.getLong(at) == word) {
            return false;
        }
        NativeMemory.putLong(at, word);
        NativeMemory.putLong(at + WORD_BYTES, ~word);
        return true;
    }

    /** How far the peer's queue got in a life, as of now; below 0 if it did not say so. */
    long heard(int queue, int life) {
        long at = heard.address() + queue * PAIR_BYTES;
        long word = NativeMemory.getLongAcquire(at);
        boolean whole = NativeMemory.getLongAcquire(at + WORD_BYTES) == ~word;
        return whole && word >> LIFE_BIT == life ? word & NUMBER_MASK : NOTHING;
    }
}

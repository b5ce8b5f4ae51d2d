package io.heliograph.benchmarks.session;

import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The bytes that measurements move: pseudo-random words, and for each iteration another window into them, so that every
 * message differs in every word from the one before at no cost for the sender, and both ends know what must arrive.
 */
public final class Pattern {

    /** Windows before they repeat; a prime, so that no usual slot count divides it. */
    static final int WINDOWS = 4_093;

    /** Both ends must have the same; the value says nothing. */
    private static final long SEED = 0x4865_6c69_6f67_7261L;

    private static final int WORD_BYTES = Long.BYTES;

    private final MemorySegment words;

    /** Room for messages of up to {@code longestBytes}. */
    public Pattern(Arena arena, long longestBytes) {
        long count = (longestBytes + WORD_BYTES - 1) / WORD_BYTES + WINDOWS;
        words = arena.allocate(count * WORD_BYTES, 4_096);
        SeededRandom random = new SeededRandom(SEED);
        for (long i = 0; i < count; i++) {
            words.set(ValueLayout.JAVA_LONG, i * WORD_BYTES, random.nextLong());
        }
    }

    /** All of it, to be registered as a source. */
    public MemorySegment memory() {
        return words;
    }

    /** Where the message of an iteration starts in {@link #memory()}. */
    public static long offset(long iteration) {
        return iteration % WINDOWS * WORD_BYTES;
    }

    /** Whether {@code lengthBytes} bytes of {@code memory} from {@code offset} on are the message of an iteration. */
    public boolean matches(MemorySegment memory, long offset, long lengthBytes, long iteration) {
        long expected = offset(iteration);
        return MemorySegment.mismatch(words, expected, expected + lengthBytes, memory, offset, offset + lengthBytes)
                < 0;
    }
}

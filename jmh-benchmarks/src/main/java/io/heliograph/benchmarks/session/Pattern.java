package io.heliograph.benchmarks.session;

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

    private static final int WORD_BYTES = Long.BYTES;

    private final MemorySegment words;

    /** Room for messages of up to {@code longestBytes}. */
    public Pattern(Arena arena, long longestBytes) {
        long count = (longestBytes + WORD_BYTES - 1) / WORD_BYTES + WINDOWS;
        words = arena.allocate(count * WORD_BYTES, 4_096);
        for (long i = 0; i < count; i++) {
            words.set(ValueLayout.JAVA_LONG, i * WORD_BYTES, mix(i));
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
        return MemorySegment.mismatch(
                        words, expected, expected + lengthBytes, memory, offset, offset + lengthBytes)
                < 0;
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
    private static long mix(long index) {
        long z = (index + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}

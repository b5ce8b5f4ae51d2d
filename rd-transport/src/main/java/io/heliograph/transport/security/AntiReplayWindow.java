package io.heliograph.transport.security;

import java.util.Arrays;

/**
 * Which counters of one key were received: a bitmap that slides with the newest of them, without shifting bits (RFC 6479).
 *
 * <p>{@link #check} first, then the tag, then {@link #accept}: what is not authentic moves nothing (RFC 4303 section 3.4.3). Counters are not negative.
 * Allocates nothing after construction. One thread at a time.
 */
final class AntiReplayWindow {
    /** Not received as yet. */
    static final int NEW = 0;

    /** Received before. */
    static final int REPLAYED = -1;

    /** So far behind the newest, or before the first that is allowed, that nothing is known of it. */
    static final int TOO_OLD = -2;

    private final long[] words;
    private final int wordMask;
    private final int windowPackets;
    private long floor;
    private long highest;

    /** @param bits of the bitmap, a power of two, at least 128; the window is the word less that is being filled */
    AntiReplayWindow(int bits) {
        words = new long[bits / Long.SIZE];
        wordMask = words.length - 1;
        windowPackets = bits - Long.SIZE;
    }

    /** Forgets everything and takes only counters after {@code newFloor} from now on. */
    void reset(long newFloor) {
        Arrays.fill(words, 0);
        floor = newFloor;
        highest = newFloor;
    }

    /** What is known of a counter: a constant of this class. */
    int check(long counter) {
        if (counter <= floor || counter <= highest - windowPackets) {
            return TOO_OLD;
        }
        return counter <= highest && (word(counter) & bit(counter)) != 0 ? REPLAYED : NEW;
    }

    /** Remembers a counter that is {@link #NEW}. */
    void accept(long counter) {
        if (counter > highest) {
            long newWords = Math.min((counter >>> 6) - (highest >>> 6), words.length);
            for (long i = 1; i <= newWords; i++) {
                words[(int) ((counter >>> 6) - newWords + i) & wordMask] = 0;
            }
            highest = counter;
        }
        words[(int) (counter >>> 6) & wordMask] |= bit(counter);
    }

    private long word(long counter) {
        return words[(int) (counter >>> 6) & wordMask];
    }

    private static long bit(long counter) {
        return 1L << counter;
    }
}

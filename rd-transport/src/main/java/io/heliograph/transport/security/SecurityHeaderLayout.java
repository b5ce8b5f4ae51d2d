package io.heliograph.transport.security;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of the security header are, between UDP header and BTH, and unchecked access to them by the header's address.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------+-+-----+-----------------------------------------------+
 *  |Version|P| Rsv |                                               |
 *  +-------+-+-----+        Security parameter index (56)          +
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                                                               |
 *  +                         Counter (64)                          +
 *  |                                                               |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The first eight bytes together name the key and are called the association's word. The last twelve are the nonce. Source: PSP Architecture
 * Specification (Google, 2022), whose header has the same parts; with 31 random bits, its index is too short to be chosen by the sender alone.
 */
public final class SecurityHeaderLayout {
    /** Bytes of the header. */
    public static final int LENGTH = 16;

    /** Bytes of the tag behind the encrypted UDP payload. */
    public static final int TAG_LENGTH = 16;

    /** AES-128-GCM with keys derived as in {@link KeyDerivation}. */
    static final int VERSION = 1;

    static final int WORD = 0;
    static final int NONCE = 4;
    static final int COUNTER = 8;

    private static final long FIXED_BITS = 0xF7L << 56;
    private static final int PHASE_SHIFT = 59;
    private static final int INDEX_BITS = 56;

    private SecurityHeaderLayout() {}

    /** Version, phase and index. */
    public static long word(long header) {
        return NativeMemory.getLongBigEndian(header + WORD);
    }

    /** The packet's number under its key. */
    public static long counter(long header) {
        return NativeMemory.getLongBigEndian(header + COUNTER);
    }

    static void put(long header, long word, long counter) {
        NativeMemory.putLongBigEndian(header + WORD, word);
        NativeMemory.putLongBigEndian(header + COUNTER, counter);
    }

    static long word(int phase, long randomBits) {
        return (long) VERSION << 60 | (long) phase << PHASE_SHIFT | randomBits >>> Long.SIZE - INDEX_BITS;
    }

    /** Whether version and reserved bits are as they must be. */
    static boolean isValid(long word) {
        return (word & FIXED_BITS) == (long) VERSION << 60;
    }

    /** Which of the two secrets: 0 or 1. */
    static int phase(long word) {
        return (int) (word >>> PHASE_SHIFT) & 1;
    }
}

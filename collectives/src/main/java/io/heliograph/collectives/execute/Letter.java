package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * The first chunk of a collective as ranks send it that have each other's memory mapped: the sender stores header and chunk, or header and {@link Descriptor}, where they belong in the receiver's slot, and at last a word
 * that the receiver looks for there. No immediate, no completion, and one line less to move. What it adds to the {@link Header}; native byte order:
 *
 * <pre>
 * 28  taken (32)       how many chunks of the receiver's the sender took out so far, modulo 2^32
 * 32  see {@link Descriptor}; without one, 44 is the length of the chunk (32)
 * 48  output (64)      with an offer: where the receiver may write what becomes of the chunk, in the sender's process
 * 56  key (32)         of the region there
 * 60  ready (32)       number of the chunk (29), offer (1), lent (1), 1; stored last, with release
 * </pre>
 *
 * <p>A slot holds every number modulo the slots, so that what is left from an earlier one is never the word that is looked for; nor is zero, which a new slot has.
 */
final class Letter {
    private static final int LENGTH = 44;
    private static final int TAKEN = 28;
    private static final int OUTPUT = 48;
    private static final int OUTPUT_KEY = 56;
    private static final int READY = 60;
    private static final int LENT = 2;
    private static final int OFFER = 4;
    private static final int NUMBER_SHIFT = 3;

    private Letter() {}

    /** Of a slot without a letter. */
    static void clear(long slot) {
        NativeMemory.putInt(slot + READY, 0);
    }

    /** Of a chunk that is lent: where the receiver may write its result. */
    static void offer(long slot, long output, int key) {
        NativeMemory.putLong(slot + OUTPUT, output);
        NativeMemory.putInt(slot + OUTPUT_KEY, key);
    }

    /** The last of what a sender stores. */
    static void send(long slot, long number, boolean lent, boolean offer, int lengthBytes, long taken) {
        NativeMemory.putInt(slot + LENGTH, lengthBytes);
        NativeMemory.putInt(slot + TAKEN, (int) taken);
        NativeMemory.putIntRelease(slot + READY, word(number) | (lent ? LENT : 0) | (offer ? OFFER : 0));
    }

    private static int word(long number) {
        return (int) number << NUMBER_SHIFT | 1;
    }

    /** Whether the letter of that number is there. */
    static boolean isThereAcquire(long slot, long number) {
        return (NativeMemory.getIntAcquire(slot + READY) & ~(LENT | OFFER)) == word(number);
    }

    static boolean isLent(long slot) {
        return (NativeMemory.getInt(slot + READY) & LENT) != 0;
    }

    static int lengthBytes(long slot) {
        return NativeMemory.getInt(slot + LENGTH);
    }

    static int taken(long slot) {
        return NativeMemory.getInt(slot + TAKEN);
    }

    static boolean isOffer(long slot) {
        return (NativeMemory.getInt(slot + READY) & OFFER) != 0;
    }

    static long output(long slot) {
        return NativeMemory.getLong(slot + OUTPUT);
    }

    static int outputKey(long slot) {
        return NativeMemory.getInt(slot + OUTPUT_KEY);
    }
}

package io.heliograph.benchmarks.soak;

import io.heliograph.transport.SeededRandom;

/**
 * The messages of one queue in one direction as they follow from the seed: how long, of which kind, where in the area of the queue, and
 * which bytes. Sender and receiver each have one and agree without a word.
 *
 * <p>Messages are numbered from 0; the last {@value #WINDOW} that were drawn can be asked for. Every eighth at the latest is {@link
 * #FENCED}, and the first behind as many bytes as the longest message has, so that plain WRITEs, of which the receiver hears nothing, are
 * soon covered and a third of the area holds what is not. Nothing is allocated after construction.
 */
final class MessageStream {

    /** A WRITE without immediate. */
    static final int WRITE = 0;
    /** A WRITE-with-IMM. */
    static final int IMMEDIATE = 1;
    /** A fenced WRITE-with-IMM. */
    static final int FENCED = 2;

    /** Messages of a queue that may be under way or not yet looked at; a power of two. */
    static final int WINDOW = 64;

    /** Where messages may start. */
    static final long ALIGNMENT_BYTES = 64;

    private static final int FENCED_EVERY = 7;
    private static final int DICE = 10;
    private static final int WRITES_OF_DICE = 5;
    private static final int IMMEDIATES_OF_DICE = 8;

    private final SeededRandom random;
    private final int largestBytes;
    private final long areaBytes;
    private final long[] begins = new long[WINDOW];
    private final long[] ends = new long[WINDOW];
    private final int[] lengths = new int[WINDOW];
    private final int[] kinds = new int[WINDOW];
    private final int[] patterns = new int[WINDOW];
    private long drawn;
    private long position;
    private long fenced;
    private long fencedEnd;

    /**
     * @param key of the stream: another one gives other messages
     */
    MessageStream(SoakPlan plan, long key) {
        random = new SeededRandom(new SeededRandom(plan.seed() + key).nextLong());
        largestBytes = plan.largestBytes();
        areaBytes = plan.areaBytes();
    }

    /** Messages drawn so far: the number of the next. */
    long drawn() {
        return drawn;
    }

    /** Draws the next message. */
    void draw() {
        int index = index(drawn);
        // Log-uniform by octaves, in whole numbers: both ends must come to the same.
        int octave = random.nextInt(Integer.SIZE - Integer.numberOfLeadingZeros(largestBytes));
        int length = Math.min(largestBytes, (1 << octave) - 1 + random.nextInt(1 << octave));
        int roll = random.nextInt(DICE);
        boolean due = drawn - fenced >= FENCED_EVERY || position - fencedEnd >= largestBytes;
        lengths[index] = length;
        kinds[index] = due || roll >= IMMEDIATES_OF_DICE ? FENCED : roll < WRITES_OF_DICE ? WRITE : IMMEDIATE;
        patterns[index] = random.nextInt(Integer.MAX_VALUE);
        long needed = (length + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
        if (position % areaBytes + needed > areaBytes) {
            position += areaBytes - position % areaBytes;
        }
        begins[index] = position;
        position += needed;
        ends[index] = position;
        drawn++;
        if (kinds[index] == FENCED) {
            fenced = drawn;
            fencedEnd = position;
        }
    }

    /** Bytes of a message. */
    int lengthBytes(long number) {
        return lengths[index(number)];
    }

    /** {@link #WRITE}, {@link #IMMEDIATE} or {@link #FENCED}. */
    int kind(long number) {
        return kinds[index(number)];
    }

    /** Which of the patterns it carries. */
    int pattern(long number) {
        return patterns[index(number)];
    }

    /** Where it lies in the area of its queue. */
    long offset(long number) {
        return begins[index(number)] % areaBytes;
    }

    /** Whether a message fits while those from {@code oldest} on must stay as they are. */
    boolean fits(long number, long oldest) {
        return oldest == number || ends[index(number)] - begins[index(oldest)] <= areaBytes;
    }

    private static int index(long number) {
        return (int) (number & (WINDOW - 1));
    }
}

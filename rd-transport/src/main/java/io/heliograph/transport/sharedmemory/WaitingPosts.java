package io.heliograph.transport.sharedmemory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Posts to one peer that could not be carried out at once, on their way from the application's thread to the agent's: a ring with one
 * writer and one reader.
 *
 * <p>An entry counts as waiting until the reader is done with it, so that the writer, when it sees none, may itself do what the reader
 * did for them.
 */
final class WaitingPosts {
    private static final int WITH_IMMEDIATE = 1;
    private static final int FENCED = 2;

    private static final int LONGS = 5;
    private static final int INTS = 5;

    private final long[] longs;
    private final int[] ints;
    private final int mask;
    private final AtomicLong tail = new AtomicLong();
    private final AtomicLong head = new AtomicLong();

    /** Room for {@code capacity} posts, a power of two; the caller never puts more. */
    WaitingPosts(int capacity) {
        longs = new long[capacity * LONGS];
        ints = new int[capacity * INTS];
        mask = capacity - 1;
    }

    /** Writer: whether the reader is done with all. */
    boolean isEmpty() {
        return head.get() == tail.getPlain();
    }

    /** Writer: appends a post. */
    void put(
            boolean withImmediate,
            boolean fenced,
            int queue,
            long messageNumber,
            long sourceAddress,
            int sourceKey,
            long lengthBytes,
            long remoteAddress,
            int remoteKey,
            int immediate,
            long cookie) {
        long at = tail.getPlain();
        int word = (int) (at & mask) * LONGS;
        longs[word] = messageNumber;
        longs[word + 1] = sourceAddress;
        longs[word + 2] = lengthBytes;
        longs[word + 3] = remoteAddress;
        longs[word + 4] = cookie;
        int half = (int) (at & mask) * INTS;
        ints[half] = (withImmediate ? WITH_IMMEDIATE : 0) | (fenced ? FENCED : 0);
        ints[half + 1] = queue;
        ints[half + 2] = sourceKey;
        ints[half + 3] = remoteKey;
        ints[half + 4] = immediate;
        tail.setRelease(at + 1);
    }

    /** Reader: whether there is an oldest post, which the accessors then show. */
    boolean hasNext() {
        return head.getPlain() != tail.getAcquire();
    }

    /** Reader: is done with the oldest. */
    void advance() {
        head.setRelease(head.getPlain() + 1);
    }

    boolean withImmediate() {
        return (integer(0) & WITH_IMMEDIATE) != 0;
    }

    boolean fenced() {
        return (integer(0) & FENCED) != 0;
    }

    int queue() {
        return integer(1);
    }

    int sourceKey() {
        return integer(2);
    }

    int remoteKey() {
        return integer(3);
    }

    int immediate() {
        return integer(4);
    }

    long messageNumber() {
        return word(0);
    }

    long sourceAddress() {
        return word(1);
    }

    long lengthBytes() {
        return word(2);
    }

    long remoteAddress() {
        return word(3);
    }

    long cookie() {
        return word(4);
    }

    private long word(int field) {
        return longs[(int) (head.getPlain() & mask) * LONGS + field];
    }

    private int integer(int field) {
        return ints[(int) (head.getPlain() & mask) * INTS + field];
    }
}

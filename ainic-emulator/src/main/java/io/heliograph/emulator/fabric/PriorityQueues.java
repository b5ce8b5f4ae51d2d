package io.heliograph.emulator.fabric;

/** The frames that wait for one line: a queue for each class, linked through the frames themselves, and one before all of them for pause frames. */
final class PriorityQueues {
    /** The queue that is always first and never paused. */
    static final int URGENT = 8;

    static final int NONE = -1;
    /** A bit for each queue. */
    static final int ALL = (1 << URGENT + 1) - 1;
    /** Traffic classes, which have a queue each. */
    static final int CLASSES = 8;

    private static final int QUEUES = URGENT + 1;
    private static final int STRIDE = 4;
    private static final int FIRST = 0;
    private static final int LAST = 1;
    private static final int BYTES = 2;

    /** Side by side, so that one operation touches one line. */
    private final long[] words = new long[QUEUES * STRIDE];

    private int occupied;
    private int frames;
    private long totalBytes;

    /** A bit for each queue that is not empty. */
    int occupied() {
        return occupied;
    }

    /** The first of some queues that is not empty, or {@link #NONE}. */
    int first(int among) {
        return 31 - Integer.numberOfLeadingZeros(occupied & among);
    }

    /** Bytes of the line that the frames in a queue will take. */
    long bytes(int queue) {
        return words[queue * STRIDE + BYTES];
    }

    /** Bytes of the line that the frames in all queues will take. */
    long bytes() {
        return totalBytes;
    }

    /** Frames in all queues. */
    int frames() {
        return frames;
    }

    void add(int queue, long frame, int wireBytes) {
        int word = queue * STRIDE;
        FabricFrame.next(frame, FramePool.NONE);
        if ((occupied & 1 << queue) == 0) {
            occupied |= 1 << queue;
            words[word + FIRST] = frame;
        } else {
            FabricFrame.next(words[word + LAST], frame);
        }
        words[word + LAST] = frame;
        words[word + BYTES] += wireBytes;
        frames++;
        totalBytes += wireBytes;
    }

    /** The frame that {@link #remove} would take; the queue is not empty. */
    long peek(int queue) {
        return words[queue * STRIDE + FIRST];
    }

    /** Takes the first frame of a queue, which is not empty. */
    long remove(int queue) {
        int word = queue * STRIDE;
        long frame = words[word + FIRST];
        long next = FabricFrame.next(frame);
        words[word + FIRST] = next;
        int wireBytes = FabricFrame.wireBytes(frame);
        words[word + BYTES] -= wireBytes;
        frames--;
        totalBytes -= wireBytes;
        if (next == FramePool.NONE) {
            occupied &= ~(1 << queue);
        }
        return frame;
    }
}

package io.heliograph.emulator.fabric;

import io.heliograph.transport.port.Frame;
import io.heliograph.transport.wire.EthernetLayout;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * The frames of a whole fabric, off-heap: who sends takes one, whoever has it last gives it back.
 *
 * <p>Headers lie side by side, apart from the frames' bytes, so that what switches read is dense. Memory is taken from the machine in steps of {@value #CHUNK_FRAMES} frames as it
 * is needed; the frame given back last is the next to be taken, because it is still in the cache.
 */
public final class FramePool implements AutoCloseable {
    /** No frame. */
    public static final long NONE = 0;

    private static final int CHUNK_FRAMES = 1024;
    private static final int LINE_BYTES = 64;
    // Wrappers that put a header of their own in front (a security header) find room there.
    private static final int HEADROOM_BYTES = 64;

    private final Arena arena = Arena.ofShared();
    private final int bufferBytes;
    private final int maxFrames;
    private long[] free = new long[0];
    private int freeCount;
    private int frames;
    private boolean closed;

    /**
     * No frames yet.
     *
     * @param mtuBytes the largest IP packet
     * @param maxFrames the most frames there may be at once
     */
    FramePool(int mtuBytes, int maxFrames) {
        int bytes = HEADROOM_BYTES + EthernetLayout.LENGTH + mtuBytes;
        bufferBytes = bytes + LINE_BYTES - 1 & -LINE_BYTES;
        this.maxFrames = maxFrames;
    }

    /** An empty frame, or {@link #NONE} if all are taken. */
    public long take() {
        if (freeCount == 0 && !grow()) {
            return NONE;
        }
        return free[--freeCount];
    }

    /** Takes a frame back. */
    public void giveBack(long frame) {
        free[freeCount++] = frame;
    }

    /** Frames that somebody has. */
    public int taken() {
        return frames - freeCount;
    }

    /** Frames for which memory was taken from the machine. */
    public int frames() {
        return frames;
    }

    private boolean grow() {
        int count = Math.min(CHUNK_FRAMES, maxFrames - frames);
        if (count <= 0 || closed) {
            return false;
        }
        long headers =
                arena.allocate((long) count * Frame.HEADER_BYTES, LINE_BYTES).address();
        long buffers = arena.allocate((long) count * bufferBytes, LINE_BYTES).address();
        frames += count;
        free = Arrays.copyOf(free, frames);
        for (int i = count - 1; i >= 0; i--) {
            long frame = headers + (long) i * Frame.HEADER_BYTES;
            Frame.format(frame, buffers + (long) i * bufferBytes, bufferBytes, HEADROOM_BYTES);
            free[freeCount++] = frame;
        }
        return true;
    }

    /** Returns all memory; frames are dead afterwards. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            freeCount = 0;
            arena.close();
        }
    }
}

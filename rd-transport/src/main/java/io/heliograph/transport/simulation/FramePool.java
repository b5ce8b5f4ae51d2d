package io.heliograph.transport.simulation;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.wire.EthernetLayout;
import java.lang.foreign.Arena;

/** The frames of a simulation. Each knows who holds it, so that giving back what one does not hold is found at once. */
final class FramePool {
    /** The largest IP packet a frame has room for. */
    static final int MAX_MTU_BYTES = 1500;

    /** Held by nobody. */
    static final int FREE = -1;
    /** Held by the fabric. */
    static final int UNDER_WAY = -2;

    private static final int FRAMES = 2048;
    // rte_mbuf has the pool's address here.
    private static final int HOLDER = 56;
    private static final int FRAME_BYTES = Frame.HEADER_BYTES + MAX_MTU_BYTES + EthernetLayout.LENGTH + 22;

    private final long[] free = new long[FRAMES];
    private int freeCount;

    FramePool(Arena arena) {
        long address =
                arena.allocate((long) FRAMES * FRAME_BYTES, Frame.HEADER_BYTES).address();
        for (int i = FRAMES - 1; i >= 0; i--) {
            long frame = address + (long) i * FRAME_BYTES;
            Frame.format(frame, frame + Frame.HEADER_BYTES, FRAME_BYTES - Frame.HEADER_BYTES, 0);
            NativeMemory.putInt(frame + HOLDER, FREE);
            free[freeCount++] = frame;
        }
    }

    boolean has(int count) {
        return freeCount >= count;
    }

    /** A frame for {@code holder}; there is one. */
    long take(int holder) {
        long frame = free[--freeCount];
        NativeMemory.putInt(frame + HOLDER, holder);
        return frame;
    }

    void giveBack(long frame, int holder) {
        pass(frame, holder, FREE);
        free[freeCount++] = frame;
    }

    /** A frame changes hands. */
    void pass(long frame, int from, int to) {
        int holder = NativeMemory.getInt(frame + HOLDER);
        if (holder != from) {
            throw new Violation(FrameLeakCheck.class, "port " + from + " gave away a frame that " + holder + " holds");
        }
        NativeMemory.putInt(frame + HOLDER, to);
    }

    boolean isComplete() {
        return freeCount == FRAMES;
    }

    int missing() {
        return FRAMES - freeCount;
    }
}

package io.heliograph.emulator.fabric;

import io.heliograph.emulator.event.EventQueue;

/** The frames on a wire and when each arrives, in their order: a ring apart from the frames, so that those are touched once on each link. */
final class Wire {
    private static final int FIRST_FRAMES = 8;

    /** A frame, its arrival, the next frame and so on. */
    private long[] ring = new long[2 * FIRST_FRAMES];

    private int first;
    private int frames;

    /** Puts a frame on it that arrives no earlier than those before it. */
    void put(long frame, long arrivalPs) {
        if (2 * frames == ring.length) {
            grow();
        }
        int index = first + 2 * frames & ring.length - 1;
        ring[index] = frame;
        ring[index + 1] = arrivalPs;
        frames++;
    }

    private void grow() {
        long[] longer = new long[2 * ring.length];
        for (int i = 0; i < ring.length; i++) {
            longer[i] = ring[first + i & ring.length - 1];
        }
        ring = longer;
        first = 0;
    }

    /** When the first frame arrives, or {@link EventQueue#NEVER} if there is none. */
    long firstArrivalPs() {
        return frames == 0 ? EventQueue.NEVER : ring[first + 1];
    }

    /** Takes the first frame off it; there is one. */
    long take() {
        long frame = ring[first];
        first = first + 2 & ring.length - 1;
        frames--;
        return frame;
    }

    int frames() {
        return frames;
    }
}

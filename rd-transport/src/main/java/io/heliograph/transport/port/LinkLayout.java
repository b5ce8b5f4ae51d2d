package io.heliograph.transport.port;

/**
 * Where things lie in the memory that the two sides of a link share: for each direction a ring of frames sent and a ring of frames
 * given back, then the frames of side 0, then those of side 1.
 *
 * <pre>
 *   frames ring 0 to 1 | frames ring 1 to 0 | return ring 0 to 1 | return ring 1 to 0 | (to a page) frames of side 0 | of side 1
 *
 *   ring:  tail (writer's line pair) | head (reader's line pair) | entries, 8 bytes each
 *   entry: frame index (low 32) | length in bytes (high 32, 0 in a return ring)
 * </pre>
 *
 * <p>A frame index counts side 0's frames from 0 and side 1's behind them. Frames hold nothing but packet bytes: their headers are
 * private to each process ({@link FrameExchange}), since addresses differ and since nothing that decides where we read or write may
 * lie where the other side can change it.
 *
 * @param mtuBytes the largest IP packet, {@value #LEAST_MTU_BYTES} to {@value #GREATEST_MTU_BYTES}
 * @param framesPerSide frames in the pool of each side
 * @param ringEntries frames that can be under way in one direction, a power of two
 */
record LinkLayout(int mtuBytes, int framesPerSide, int ringEntries) {
    /** The least MTU: what every IPv4 host must take in (RFC 791 section 3.1). */
    static final int LEAST_MTU_BYTES = 576;

    static final int GREATEST_MTU_BYTES = 9000;
    static final int GREATEST_FRAMES_PER_SIDE = 1 << 16;

    // x86 fetches cache lines in pairs: what one thread writes has a pair for itself.
    static final int LINE_PAIR_BYTES = 128;
    static final int RING_TAIL = 0;
    static final int RING_HEAD = LINE_PAIR_BYTES;
    static final int RING_ENTRIES = 2 * LINE_PAIR_BYTES;

    /** From the start of a frame to its Ethernet header: the payload behind 90 bytes of headers starts on a cache line. */
    static final int DATA_OFFSET = 38;

    /** Ethernet header with one 802.1Q tag. */
    static final int LINK_HEADER_BYTES = 18;

    private static final int PAGE_BYTES = 4096;
    private static final int LINE_BYTES = 64;

    LinkLayout {
        if (mtuBytes < LEAST_MTU_BYTES || mtuBytes > GREATEST_MTU_BYTES) {
            throw new IllegalArgumentException("MTU out of range: mtuBytes=" + mtuBytes + "; give " + LEAST_MTU_BYTES
                    + " to " + GREATEST_MTU_BYTES);
        }
        if (framesPerSide < 1 || framesPerSide > GREATEST_FRAMES_PER_SIDE) {
            throw new IllegalArgumentException(
                    "frames out of range: framesPerSide=" + framesPerSide + "; give 1 to " + GREATEST_FRAMES_PER_SIDE);
        }
        if (ringEntries < 1 || ringEntries > GREATEST_FRAMES_PER_SIDE || Integer.bitCount(ringEntries) != 1) {
            throw new IllegalArgumentException("ring size not a power of two in range: ringEntries=" + ringEntries
                    + "; give 1 to " + GREATEST_FRAMES_PER_SIDE);
        }
    }

    /** The longest frame: an MTU behind a tagged Ethernet header. */
    int maxFrameBytes() {
        return mtuBytes + LINK_HEADER_BYTES;
    }

    /** Distance of frames: an odd number of cache lines, so that frame starts spread over all sets of a cache. */
    int frameStrideBytes() {
        return (DATA_OFFSET + maxFrameBytes() + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES | LINE_BYTES;
    }

    int frameCount() {
        return 2 * framesPerSide;
    }

    /** Entries of a return ring: room for every frame there is to give back, so that giving back never waits. */
    int returnEntries() {
        return framesPerSide == 1 ? 1 : Integer.highestOneBit(framesPerSide - 1) << 1;
    }

    /** Offset of the ring of frames that {@code side} sends. */
    long framesRingOffset(int side) {
        return side * ringBytes(ringEntries);
    }

    /** Offset of the ring by which {@code side} gives back what it received. */
    long returnRingOffset(int side) {
        return 2 * ringBytes(ringEntries) + side * ringBytes(returnEntries());
    }

    /** Offset of frame {@code index}. */
    long frameOffset(int index) {
        long rings = 2 * ringBytes(ringEntries) + 2 * ringBytes(returnEntries());
        return (rings + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES + (long) index * frameStrideBytes();
    }

    /** Bytes of the whole. */
    long totalBytes() {
        return frameOffset(frameCount());
    }

    private static long ringBytes(int entries) {
        return RING_ENTRIES + Math.max(8L * entries, LINE_PAIR_BYTES);
    }
}

package io.heliograph.transport.port;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;

/**
 * The frames of a verbs port: one piece of memory to be registered with the device, a private header for each frame as {@link Frame} lays
 * it out, and which of them are free. A received frame has the global route header's 40 bytes in front. One thread at a time.
 */
final class VerbsFrames {
    /** In front of every received datagram (InfiniBand architecture, section 11.4.1.2), filled in or not. */
    static final int ROUTE_HEADER_BYTES = 40;

    /** As {@link LinkLayout#DATA_OFFSET}, one cache line further: the payload behind 90 bytes of headers starts on a line. */
    private static final int DATA_OFFSET = LinkLayout.DATA_OFFSET + 64;

    private static final int LINE_BYTES = 64;
    private static final int HEADER_SHIFT = 6;
    // rte_mbuf has the pool's address here; these frames need none.
    private static final int PLACE = 56;
    private static final int HERE = 0;
    private static final int AT_DEVICE = 1;

    private final long dataAddress;
    private final long sizeBytes;
    private final long headersAddress;
    private final int roomBytes;
    private final long[] free;
    private int freeCount;

    /**
     * @param count how many
     * @param roomBytes from the Ethernet header on
     * @param arena holds them
     */
    VerbsFrames(Arena arena, int count, int roomBytes) {
        int strideBytes = (DATA_OFFSET + roomBytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES | LINE_BYTES;
        this.roomBytes = roomBytes;
        sizeBytes = (long) count * strideBytes;
        dataAddress = arena.allocate(sizeBytes, 4096).address();
        headersAddress = arena.allocate((long) count << HEADER_SHIFT, LinkLayout.LINE_PAIR_BYTES)
                .address();
        free = new long[count];
        for (int i = count - 1; i >= 0; i--) {
            long frame = headersAddress + ((long) i << HEADER_SHIFT);
            Frame.format(frame, dataAddress + (long) i * strideBytes, DATA_OFFSET + roomBytes, DATA_OFFSET);
            free[freeCount++] = frame;
        }
    }

    long dataAddress() {
        return dataAddress;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** Bytes from a frame's data address on. */
    int roomBytes() {
        return roomBytes;
    }

    int freeCount() {
        return freeCount;
    }

    /** A free frame; the caller knows that there is one. */
    long take() {
        return free[--freeCount];
    }

    void give(long frame) {
        free[freeCount++] = frame;
    }

    /** The frame is posted, to be sent or received into. */
    void toDevice(long frame) {
        NativeMemory.putInt(frame + PLACE, AT_DEVICE);
    }

    /** The device is done with the frame. */
    void fromDevice(long frame) {
        NativeMemory.putInt(frame + PLACE, HERE);
    }

    /** Takes back all that is posted, after the device has forgotten it. */
    void giveAllFromDevice() {
        for (int i = 0; i < free.length; i++) {
            long frame = headersAddress + ((long) i << HEADER_SHIFT);
            if (NativeMemory.getInt(frame + PLACE) == AT_DEVICE) {
                fromDevice(frame);
                give(frame);
            }
        }
    }
}

package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;
import java.nio.ByteBuffer;

/**
 * Lets JDK methods that want a {@link ByteBuffer} read memory at any address without an allocation per call: one buffer for each gibibyte of the
 * address space that was ever asked for, made on first use.
 *
 * <p>A buffer is no more than an address and bounds: it neither keeps the memory alive nor touches what is not read through it. A window reaches
 * {@link #MAX_BYTES} beyond its gibibyte, so that no frame lies across two. One thread at a time.
 */
final class AddressWindows {
    /** The most bytes that {@link #buffer} gives out at once. */
    static final int MAX_BYTES = 1 << 16;

    private static final int SHIFT = 30;
    private static final int SLOTS = 256;

    private final ByteBuffer[] buffers = new ByteBuffer[SLOTS];
    private final long[] indices = new long[SLOTS];
    private ByteBuffer last;
    private long lastIndex;

    AddressWindows() {
        lastIndex = -1;
        last = ByteBuffer.allocate(0);
    }

    /**
     * A view of {@code lengthBytes} bytes at {@code address}, valid until the next call.
     *
     * @param lengthBytes 0 to {@link #MAX_BYTES}, not checked
     */
    ByteBuffer buffer(long address, int lengthBytes) {
        long index = address >>> SHIFT;
        if (index != lastIndex) {
            switchTo(index);
        }
        int offset = (int) (address - (index << SHIFT));
        // The limit first: setting a limit below the position would move the position.
        return last.limit(offset + lengthBytes).position(offset);
    }

    private void switchTo(long index) {
        int slot = (int) index & SLOTS - 1;
        for (int tries = 0; tries < SLOTS && buffers[slot] != null && indices[slot] != index; tries++) {
            slot = slot + 1 & SLOTS - 1;
        }
        ByteBuffer buffer = buffers[slot];
        if (buffer == null || indices[slot] != index) {
            // Once for each gibibyte; when more than SLOTS of them are in use, they take turns.
            buffer = NativeMemory.segment(index << SHIFT, (1L << SHIFT) + MAX_BYTES)
                    .asByteBuffer();
            buffers[slot] = buffer;
            indices[slot] = index;
        }
        last = buffer;
        lastIndex = index;
    }
}

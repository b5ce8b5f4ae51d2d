package io.heliograph.transport.port;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * What {@link PortStatistics} reports, on cache lines of its own: counted by the port's thread, read by any.
 *
 * <p>Each counter has one writer, so that counting is a load and a plain (opaque) store.
 */
final class PortCounters {
    private static final int RECEIVED_FRAMES = 0;
    private static final int RECEIVED_BYTES = 8;
    private static final int SENT_FRAMES = 16;
    private static final int SENT_BYTES = 24;
    private static final int RECEIVE_DROPS = 32;
    private static final int SEND_DROPS = 40;
    // Two lines: x86 fetches lines in pairs, and a neighbour on the other line would slow the writer down.
    private static final int SIZE_BYTES = 128;

    // Lives as long as this object: statistics may be asked for after the port was closed.
    private final MemorySegment memory = Arena.ofAuto().allocate(SIZE_BYTES, SIZE_BYTES);
    private final long address = memory.address();

    void received(int frames, long bytes) {
        add(RECEIVED_FRAMES, frames);
        add(RECEIVED_BYTES, bytes);
    }

    void sent(int frames, long bytes) {
        add(SENT_FRAMES, frames);
        add(SENT_BYTES, bytes);
    }

    void receiveDropped(int frames) {
        add(RECEIVE_DROPS, frames);
    }

    void sendDropped(int frames) {
        add(SEND_DROPS, frames);
    }

    PortStatistics snapshot() {
        try {
            return new PortStatistics(
                    get(RECEIVED_FRAMES),
                    get(RECEIVED_BYTES),
                    get(SENT_FRAMES),
                    get(SENT_BYTES),
                    get(RECEIVE_DROPS),
                    get(SEND_DROPS));
        } finally {
            Reference.reachabilityFence(memory);
        }
    }

    private void add(int counter, long delta) {
        NativeMemory.putLongOpaque(address + counter, NativeMemory.getLong(address + counter) + delta);
    }

    private long get(int counter) {
        return NativeMemory.getLongOpaque(address + counter);
    }
}

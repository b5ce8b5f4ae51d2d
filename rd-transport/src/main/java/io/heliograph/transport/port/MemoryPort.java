package io.heliograph.transport.port;

import io.heliograph.transport.MacAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One of two ports that are joined in this process's memory: what one sends the other receives, without a copy, and nothing is lost.
 *
 * <p>Each of the two may be polled by a thread of its own, or both by one. A frame that is received belongs to the sending port's pool
 * and goes back there when it is released; it may as well be sent on.
 */
public final class MemoryPort implements Port {
    /** Frames in the pool of each port, unless told otherwise. */
    public static final int DEFAULT_FRAMES = 2048;

    /** Frames that can be under way in one direction, unless told otherwise. */
    public static final int DEFAULT_RING_ENTRIES = 1024;

    // Locally administered (IEEE 802 section 8.4), "HEMEM" and the side.
    private static final long MAC_BASE = 0x0248_4d45_4d00L;

    private final PortInfo info;
    private final FrameExchange exchange;
    private final PortCounters counters;
    private final Shared shared;
    private boolean closed;

    private MemoryPort(LinkLayout layout, int side, MemorySegment memory, Shared shared) {
        this.counters = new PortCounters();
        this.exchange = new FrameExchange(layout, side, memory.address(), shared.arena, counters);
        this.shared = shared;
        this.info = new PortInfo(
                "memory" + side, "memory", new MacAddress(MAC_BASE + side + 1), layout.mtuBytes(), 0, false);
    }

    /** What both ports hold together: it goes when the second of them is closed. */
    private static final class Shared {
        final Arena arena = Arena.ofShared();
        final AtomicInteger open = new AtomicInteger(2);
    }

    /** Two joined ports with pools and rings of the default size. */
    public static PortPair pair(int mtuBytes) {
        return pair(mtuBytes, DEFAULT_FRAMES, DEFAULT_RING_ENTRIES);
    }

    /**
     * Two joined ports.
     *
     * @param mtuBytes the largest IP packet, 576 to 9000
     * @param framesPerSide frames in the pool of each port, 1 to 65,536
     * @param ringEntries frames that can be under way in one direction, a power of two to 65,536
     * @throws IllegalArgumentException if a value is out of range
     */
    public static PortPair pair(int mtuBytes, int framesPerSide, int ringEntries) {
        LinkLayout layout = new LinkLayout(mtuBytes, framesPerSide, ringEntries);
        Shared shared = new Shared();
        MemorySegment memory = shared.arena.allocate(layout.totalBytes(), LinkLayout.LINE_PAIR_BYTES);
        return new PortPair(new MemoryPort(layout, 0, memory, shared), new MemoryPort(layout, 1, memory, shared));
    }

    @Override
    public PortInfo info() {
        return info;
    }

    @Override
    public int receive(Burst burst) {
        return closed ? 0 : exchange.receive(burst);
    }

    @Override
    public int allocate(Burst burst, int count) {
        return closed ? 0 : exchange.allocate(burst, count);
    }

    @Override
    public int send(Burst burst) {
        return closed ? 0 : exchange.send(burst);
    }

    @Override
    public void release(Burst burst) {
        if (closed) {
            burst.clear();
        } else {
            exchange.release(burst);
        }
    }

    /** {@link LinkState#DOWN} once either port is closed. */
    @Override
    public LinkState linkState() {
        return shared.open.get() == 2 ? LinkState.UP : LinkState.DOWN;
    }

    @Override
    public PortStatistics statistics() {
        return counters.snapshot();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (shared.open.decrementAndGet() == 0) {
                shared.arena.close();
            }
        }
    }
}

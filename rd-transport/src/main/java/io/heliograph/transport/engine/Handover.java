package io.heliograph.transport.engine;

import io.heliograph.transport.Tunables;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.agrona.BitUtil;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * Frames for one engine that arrived at the ports of others: copied, and taken as if they had come by its own port.
 *
 * <p>The exception: who spreads engines over ports steers each flow to its engine. A full ring loses the frame, as a network may.
 */
final class Handover {
    /** What an engine does with a frame. */
    @FunctionalInterface
    interface FrameHandler {
        void onFrame(long data, int lengthBytes);
    }

    /** Frames of the greatest size that find room. */
    private static final int FRAMES = 2 * Tunables.BURST_FRAMES;

    /** Of a frame in the ring: Ethernet header with a VLAN tag, and the ring's own header and alignment. */
    private static final int OVERHEAD_BYTES = 64;

    private static final int FRAME = 1;

    private final Arena arena;
    private final int ringBytes;
    private final MessageHandler reader;
    /** Made for the first frame: most engines never get one. */
    private volatile @Nullable ManyToOneRingBuffer ring;

    /** An empty ring for frames of IP packets up to {@code mtuBytes}, which {@code handler} takes. */
    Handover(Arena arena, int mtuBytes, FrameHandler handler) {
        this.arena = arena;
        ringBytes = BitUtil.findNextPositivePowerOfTwo(FRAMES * (mtuBytes + OVERHEAD_BYTES));
        reader = (type, buffer, index, lengthBytes) -> handler.onFrame(buffer.addressOffset() + index, lengthBytes);
    }

    private ManyToOneRingBuffer ring() {
        ManyToOneRingBuffer made = ring;
        return made != null ? made : make();
    }

    private synchronized ManyToOneRingBuffer make() {
        ManyToOneRingBuffer made = ring;
        if (made == null) {
            MemorySegment memory = arena.allocate(ringBytes + RingBufferDescriptor.TRAILER_LENGTH, 128);
            made = new ManyToOneRingBuffer(new UnsafeBuffer(memory.address(), (int) memory.byteSize()));
            ring = made;
        }
        return made;
    }

    /** Copies a frame to the engine; false if there is no room. {@code frame} is the caller's, to be wrapped around it. */
    boolean offer(UnsafeBuffer frame, long data, int lengthBytes) {
        frame.wrap(data, lengthBytes);
        ManyToOneRingBuffer made = ring();
        return lengthBytes <= made.maxMsgLength() && made.write(FRAME, frame, 0, lengthBytes);
    }

    /** Takes what others handed over; the engine's thread. */
    int receive() {
        ManyToOneRingBuffer made = ring;
        return made == null ? 0 : made.read(reader, Tunables.BURST_FRAMES);
    }

    boolean isEmpty() {
        ManyToOneRingBuffer made = ring;
        return made == null || made.size() == 0;
    }
}

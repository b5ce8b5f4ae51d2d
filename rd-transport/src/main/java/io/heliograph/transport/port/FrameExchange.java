package io.heliograph.transport.port;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;

/**
 * One side of a link in shared memory: frames travel by reference, and whoever received one gives it back to its owner.
 *
 * <p>Every frame of either side has a private header here, as {@link Frame} lays it out, plus where the frame is: AWAY is with the other
 * side, HERE is in the free stack or in the caller's hands. An index that the other side names is taken only if it is in range and
 * AWAY, a length only if the frame holds it; anything else is counted as a receive drop. So a broken peer can spoil packet bytes, which
 * are checked anyway, but cannot make this side touch memory outside the frames or own a frame twice.
 *
 * <p>The four hot methods are for one thread.
 */
final class FrameExchange {
    // rte_mbuf has the pool's address here; frames of a link need none.
    private static final int PLACE = 56;
    private static final int HERE = 0;
    private static final int AWAY = 1;
    private static final int HEADER_SHIFT = 6;
    private static final int LEAST_FRAME_BYTES = 14;

    private final RingReader incoming;
    private final RingWriter outgoing;
    private final RingReader returned;
    private final RingWriter returning;
    private final PortCounters counters;
    private final long headersAddress;
    private final int frameCount;
    private final int maxFrameBytes;
    private final int firstOwn;
    private final int endOwn;
    private final long[] free;
    private int freeCount;

    /**
     * @param side 0 or 1
     * @param sharedAddress where the layout starts in this process
     * @param arena holds what is private to this side
     */
    FrameExchange(LinkLayout layout, int side, long sharedAddress, Arena arena, PortCounters counters) {
        this.incoming = new RingReader(sharedAddress + layout.framesRingOffset(1 - side), layout.ringEntries());
        this.outgoing = new RingWriter(sharedAddress + layout.framesRingOffset(side), layout.ringEntries());
        this.returned = new RingReader(sharedAddress + layout.returnRingOffset(1 - side), layout.returnEntries());
        this.returning = new RingWriter(sharedAddress + layout.returnRingOffset(side), layout.returnEntries());
        this.counters = counters;
        this.frameCount = layout.frameCount();
        this.maxFrameBytes = layout.maxFrameBytes();
        this.firstOwn = side * layout.framesPerSide();
        this.endOwn = firstOwn + layout.framesPerSide();
        this.headersAddress = arena.allocate((long) frameCount << HEADER_SHIFT, LinkLayout.LINE_PAIR_BYTES)
                .address();
        this.free = new long[layout.framesPerSide()];
        for (int index = frameCount - 1; index >= 0; index--) {
            long frame = headersAddress + ((long) index << HEADER_SHIFT);
            Frame.format(
                    frame,
                    sharedAddress + layout.frameOffset(index),
                    LinkLayout.DATA_OFFSET + maxFrameBytes,
                    LinkLayout.DATA_OFFSET);
            if (isOwn(index)) {
                free[freeCount++] = frame;
            } else {
                NativeMemory.putInt(frame + PLACE, AWAY);
            }
        }
    }

    int receive(Burst burst) {
        int count = Math.min(incoming.available(1), burst.capacity());
        if (count == 0) {
            return 0;
        }
        int taken = 0;
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            long entry = incoming.get(i);
            long frame = frameIfAway((int) entry);
            int lengthBytes = (int) (entry >>> 32);
            if (frame == 0) {
                counters.receiveDropped(1);
            } else if (lengthBytes < LEAST_FRAME_BYTES || lengthBytes > maxFrameBytes) {
                counters.receiveDropped(1);
                giveBack(frame);
            } else {
                NativeMemory.putInt(frame + PLACE, HERE);
                Frame.lengthBytes(frame, lengthBytes);
                burst.frame(taken++, frame);
                bytes += lengthBytes;
            }
        }
        incoming.consume(count);
        burst.size(taken);
        counters.received(taken, bytes);
        return taken;
    }

    int allocate(Burst burst, int count) {
        if (freeCount < count) {
            reclaim();
            if (freeCount < count) {
                return 0;
            }
        }
        for (int i = 0; i < count; i++) {
            burst.add(free[--freeCount]);
        }
        return count;
    }

    int send(Burst burst) {
        int size = burst.size();
        int count = Math.min(size, outgoing.room(size));
        if (count == 0) {
            return 0;
        }
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            long frame = burst.frame(i);
            int lengthBytes = Frame.lengthBytes(frame);
            NativeMemory.putInt(frame + PLACE, AWAY);
            outgoing.put(i, indexOf(frame) | (long) lengthBytes << 32);
            bytes += lengthBytes;
        }
        outgoing.publish(count);
        burst.removeFirst(count);
        counters.sent(count, bytes);
        return count;
    }

    void release(Burst burst) {
        int foreign = 0;
        for (int i = 0; i < burst.size(); i++) {
            long frame = burst.frame(i);
            int index = indexOf(frame);
            if (isOwn(index)) {
                free[freeCount++] = frame;
            } else {
                NativeMemory.putInt(frame + PLACE, AWAY);
                returning.put(foreign++, index);
            }
        }
        if (foreign > 0) {
            returning.publish(foreign);
        }
        burst.clear();
    }

    /** Takes in what the other side gave back. */
    private void reclaim() {
        int count = returned.available(Integer.MAX_VALUE);
        for (int i = 0; i < count; i++) {
            int index = (int) returned.get(i);
            long frame = frameIfAway(index);
            if (frame != 0 && isOwn(index)) {
                NativeMemory.putInt(frame + PLACE, HERE);
                free[freeCount++] = frame;
            } else {
                counters.receiveDropped(1);
            }
        }
        if (count > 0) {
            returned.consume(count);
        }
    }

    /** The frame of an index that the other side named, or 0 if it cannot have had it. */
    private long frameIfAway(int index) {
        if (index < 0 || index >= frameCount) {
            return 0;
        }
        long frame = headersAddress + ((long) index << HEADER_SHIFT);
        return NativeMemory.getInt(frame + PLACE) == AWAY ? frame : 0;
    }

    /** Returns a frame just received to its owner. */
    private void giveBack(long frame) {
        int index = indexOf(frame);
        if (isOwn(index)) {
            NativeMemory.putInt(frame + PLACE, HERE);
            free[freeCount++] = frame;
        } else {
            returning.put(0, index);
            returning.publish(1);
        }
    }

    private int indexOf(long frame) {
        return (int) (frame - headersAddress >>> HEADER_SHIFT);
    }

    private boolean isOwn(int index) {
        return index >= firstOwn && index < endOwn;
    }
}

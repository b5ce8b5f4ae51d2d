package io.heliograph.emulator.fabric;

import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;

/** Frames that arrived and wait to be received, in their order: a bounded list through the frames themselves. One thread, the fabric's. */
final class ReceiveRing {
    private final int capacity;
    private long first = FramePool.NONE;
    private long last = FramePool.NONE;
    private int waiting;
    private long receivedFrames;
    private long receivedBytes;

    ReceiveRing(int capacity) {
        this.capacity = capacity;
    }

    boolean isFull() {
        return waiting == capacity;
    }

    /** Adds a frame; {@link #isFull} was false. */
    void add(long frame) {
        FabricFrame.next(frame, FramePool.NONE);
        if (first == FramePool.NONE) {
            first = frame;
        } else {
            FabricFrame.next(last, frame);
        }
        last = frame;
        waiting++;
    }

    /** As {@link io.heliograph.transport.port.Port#receive}. */
    int receive(Burst burst) {
        int count = 0;
        while (first != FramePool.NONE && burst.remaining() > 0) {
            long frame = first;
            first = FabricFrame.next(frame);
            burst.add(frame);
            receivedBytes += Frame.lengthBytes(frame);
            count++;
        }
        waiting -= count;
        receivedFrames += count;
        return count;
    }

    int waiting() {
        return waiting;
    }

    long receivedFrames() {
        return receivedFrames;
    }

    long receivedBytes() {
        return receivedBytes;
    }

    /** Gives back what nobody received. */
    void giveBack(FramePool pool) {
        while (first != FramePool.NONE) {
            long frame = first;
            first = FabricFrame.next(frame);
            pool.giveBack(frame);
        }
        waiting = 0;
    }
}

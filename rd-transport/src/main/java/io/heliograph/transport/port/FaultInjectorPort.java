package io.heliograph.transport.port;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.Clock;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;

/**
 * A port around a port that does to the frames it <em>sends</em> what bad networks do: loses, duplicates, reorders, corrupts, trims and
 * delays them. What is received passes untouched; to hurt both directions, wrap both ends.
 *
 * <p>Fate is drawn for each frame in the order of sending, from generators of its own: a seed replays exactly, whatever the bursts.
 * Frames that are held back or delayed belong to the injector; they leave in later calls of {@link #send} and {@link #receive}, so it
 * must be polled: {@link #nextDeadlineNs} says when at the latest. A frame that is lost goes back to the port, a duplicate is a copy in
 * a frame of the port's.
 *
 * <p>Threads as the port within. Nothing is allocated after construction.
 */
public final class FaultInjectorPort extends PortWrapper {
    /** How many later frames may overtake one that is held back. */
    public static final int GREATEST_REORDER_DISTANCE = 8;

    // A frame held back while no other follows leaves after this: well above a burst's time, below retransmission
    // timers.
    private static final long REORDER_HOLD_NS = 1_000_000;
    private static final int HELD_CAPACITY = 32;
    private static final int DELAYED_CAPACITY = 1024;
    private static final int READY_CAPACITY = 1024;
    // The most that one frame and its duplicate can set free: themselves and all that were held.
    private static final int READY_RESERVE = 2 + HELD_CAPACITY;

    private final FaultConfig config;
    private final Clock clock;
    private final Chance loss;
    private final Chance duplicate;
    private final Chance reorder;
    private final Chance corrupt;
    private final Chance trim;
    private final Chance delay;
    private final PortCounters counters = new PortCounters();
    private final Arena arena = Arena.ofAuto();
    private final Burst ready = new Burst(arena, READY_CAPACITY);
    private final Burst single = new Burst(arena, 1);
    private final ReorderBuffer held = new ReorderBuffer(HELD_CAPACITY);
    private final DelayLine delayed = new DelayLine(DELAYED_CAPACITY);
    private boolean closed;
    private long lostCount;
    private long duplicatedCount;
    private long reorderedCount;
    private long corruptedCount;
    private long trimmedCount;
    private long delayedCount;
    private long omittedCount;

    /** Wraps {@code port}, which is closed with this one. */
    public FaultInjectorPort(Port port, FaultConfig config, Clock clock) {
        super(port);
        this.config = config;
        this.clock = clock;
        SeededRandom seeds = new SeededRandom(config.seed());
        this.loss = new Chance(config.loss(), seeds.nextLong());
        this.duplicate = new Chance(config.duplicate(), seeds.nextLong());
        this.reorder = new Chance(config.reorder(), seeds.nextLong());
        this.corrupt = new Chance(config.corrupt(), seeds.nextLong());
        this.trim = new Chance(config.trim(), seeds.nextLong());
        this.delay = new Chance(config.delay(), seeds.nextLong());
    }

    @Override
    public int receive(Burst burst) {
        forwardDue();
        return port.receive(burst);
    }

    @Override
    public int send(Burst burst) {
        forwardDue();
        if (ready.size() > 0) {
            return 0; // the port within is backed up
        }
        long nowNs = delay.isPossible() || reorder.isPossible() ? clock.nowNs() : 0;
        int accepted = 0;
        long bytes = 0;
        while (accepted < burst.size() && ready.remaining() >= READY_RESERVE) {
            long frame = burst.frame(accepted++);
            bytes += Frame.lengthBytes(frame);
            admit(frame, nowNs);
        }
        burst.removeFirst(accepted);
        counters.sent(accepted, bytes);
        forwardReady();
        return accepted;
    }

    /** As the port within has them, but sent frames are those that the caller sent, and lost ones count as send drops. */
    @Override
    public PortStatistics statistics() {
        PortStatistics inner = port.statistics();
        PortStatistics own = counters.snapshot();
        return new PortStatistics(
                inner.receivedFrames(),
                inner.receivedBytes(),
                own.sentFrames(),
                own.sentBytes(),
                inner.receiveDrops(),
                inner.sendDrops() + own.sendDrops());
    }

    /** What was done to frames; for the thread that sends. */
    public FaultStatistics faultStatistics() {
        return new FaultStatistics(
                lostCount, duplicatedCount, reorderedCount, corruptedCount, trimmedCount, delayedCount, omittedCount);
    }

    /** When the next frame that is held back or delayed is due, {@link Long#MAX_VALUE} if there is none; may be in the past. */
    public long nextDeadlineNs() {
        if (ready.size() > 0) {
            return clock.nowNs();
        }
        if (held.isEmpty()) {
            return delayed.isEmpty() ? Long.MAX_VALUE : delayed.firstDueNs();
        }
        long heldDueNs = held.firstDueNs();
        return !delayed.isEmpty() && delayed.firstDueNs() - heldDueNs < 0 ? delayed.firstDueNs() : heldDueNs;
    }

    /** Gives up the frames that are under way here and closes the port within. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        port.release(ready);
        while (!held.isEmpty()) {
            held.passed(ready);
        }
        port.release(ready);
        while (!delayed.isEmpty()) {
            giveBack(delayed.remove());
        }
        port.close();
    }

    private void admit(long frame, long nowNs) {
        if (loss.happens()) {
            lostCount++;
            counters.sendDropped(1);
            giveBack(frame);
            return;
        }
        long copy = duplicate.happens() ? copyOf(frame) : 0;
        alter(frame, nowNs);
        if (copy != 0) {
            alter(copy, nowNs);
        }
    }

    private void alter(long frame, long nowNs) {
        if (corrupt.happens()) {
            corruptedCount++;
            int bit = corrupt.nextInt(Frame.lengthBytes(frame) * Byte.SIZE);
            long address = Frame.dataAddress(frame) + (bit >>> 3);
            NativeMemory.putByte(address, (byte) (NativeMemory.getByte(address) ^ 1 << (bit & 7)));
        }
        if (trim.happens()) {
            if (FrameTrimmer.trim(frame, config.trimBytes())) {
                trimmedCount++;
            } else {
                omittedCount++;
            }
        }
        if (reorder.happens()) {
            int passes = 1 + reorder.nextInt(GREATEST_REORDER_DISTANCE);
            if (!held.isFull()) {
                reorderedCount++;
                held.add(frame, passes, nowNs + REORDER_HOLD_NS);
                return;
            }
            omittedCount++;
        }
        if (delay.happens()) {
            if (!delayed.isFull()) {
                delayedCount++;
                delayed.add(frame, nowNs + config.delayNs());
                return;
            }
            omittedCount++;
        }
        ready.add(frame);
        held.passed(ready);
    }

    private long copyOf(long frame) {
        if (port.allocate(single, 1) == 0) {
            omittedCount++;
            return 0;
        }
        long copy = single.removeLast();
        int lengthBytes = Frame.lengthBytes(frame);
        Frame.lengthBytes(copy, lengthBytes);
        NativeMemory.copy(Frame.dataAddress(frame), Frame.dataAddress(copy), lengthBytes);
        duplicatedCount++;
        return copy;
    }

    private void forwardDue() {
        if (!held.isEmpty() || !delayed.isEmpty()) {
            long nowNs = clock.nowNs();
            while (!delayed.isEmpty() && delayed.firstDueNs() - nowNs <= 0 && ready.remaining() >= READY_RESERVE) {
                ready.add(delayed.remove());
                held.passed(ready);
            }
            held.expire(nowNs, ready);
        }
        forwardReady();
    }

    private void forwardReady() {
        if (ready.size() > 0) {
            port.send(ready);
        }
    }

    private void giveBack(long frame) {
        single.add(frame);
        port.release(single);
    }
}

package io.heliograph.emulator.fabric;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.Frame;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a cable: queues in front of it, the line that sends one frame after the other, and the frames under way on the wire.
 *
 * <p>The queues are those of the node that the link begins at, which decides what comes in; the highest class that is not paused goes first, and a frame that has begun is not
 * interrupted. A frame is out of the queue when its first bit goes out, and at the other end when its last bit has come out (store and forward). A frame that finds the line idle costs
 * one event, one that has to wait two.
 */
public final class Link implements Actor {
    private static final long BITS_PER_BYTE_PS = 8 * VirtualTime.PS_PER_SECOND;
    private static final int ALL_QUEUES = (1 << PriorityQueues.URGENT + 1) - 1;
    private static final int CLASSES = 8;

    private final Fabric fabric;
    private final VirtualTime time;
    private final int actor;
    private final int number;
    private final String name;
    private final LinkConfig config;
    private final Node from;
    private final int fromPort;
    private final Node to;
    private final int toPort;
    private final SeededRandom random;
    private final @Nullable Trials bitErrors;
    private final @Nullable Trials frameErrors;
    private @Nullable Link reverse;
    private @Nullable FabricObserver observer;
    private PriorityQueues queues = new PriorityQueues();

    /** Picoseconds of a byte if that is a whole number, else 0. */
    private long bytePs;

    private long rateBitsPerSecond;
    private long busyUntilPs;
    private long firstOnWire = FramePool.NONE;
    private long lastOnWire = FramePool.NONE;
    private int pausedClasses;
    private final long[] pausedUntilPs = new long[CLASSES];
    private long momentPs = EventQueue.NEVER;
    /** What it leads into if that has no buffers and lets light through only at times, see {@link #gate}. */
    private final @Nullable OpticalSwitch optical;

    private long closesPs = EventQueue.NEVER;

    private LinkFault fault = LinkFault.NONE;
    private boolean down;
    private boolean blackHole;
    private @Nullable Trials losses;

    private long sentFrames;
    private long sentBytes;
    private long busyPs;
    private long arrivedFrames;
    private long droppedFrames;
    private long trimmedFrames;
    private long markedFrames;
    private long pauses;
    private int onWire;

    Link(
            Fabric fabric,
            int number,
            String name,
            LinkConfig config,
            Node from,
            int fromPort,
            Node to,
            int toPort,
            SeededRandom random) {
        this.fabric = fabric;
        this.time = fabric.time();
        this.number = number;
        this.name = name;
        this.config = config;
        this.from = from;
        this.fromPort = fromPort;
        this.to = to;
        this.toPort = toPort;
        this.random = random;
        optical = to instanceof OpticalSwitch light ? light : null;
        bitErrors = config.bitErrorRate() > 0 ? new Trials(config.bitErrorRate(), random) : null;
        frameErrors = config.frameErrorRate() > 0 ? new Trials(config.frameErrorRate(), random) : null;
        rate(config.rateBitsPerSecond());
        actor = time.add(this);
    }

    void reverse(Link other) {
        reverse = other;
    }

    private void rate(long bitsPerSecond) {
        rateBitsPerSecond = bitsPerSecond;
        bytePs = BITS_PER_BYTE_PS % bitsPerSecond == 0 ? BITS_PER_BYTE_PS / bitsPerSecond : 0;
    }

    /** How long a frame takes from its first bit to its last, rounded up to a whole picosecond. */
    public long serialisationPs(int wireBytes) {
        return bytePs != 0 ? wireBytes * bytePs : Math.ceilDiv(wireBytes * BITS_PER_BYTE_PS, rateBitsPerSecond);
    }

    /** Takes a frame to be sent, by one of the {@link PriorityQueues}. */
    void send(long frame, int queue, long nowPs) {
        FabricFrame.timePs(frame, nowPs);
        if (down) {
            from.departed(this, frame, nowPs);
            drop(frame, DropReason.LINK_DOWN, nowPs);
        } else if (optical != null) {
            enqueue(optical.queues(this, FabricFrame.destination(frame)), frame, queue, nowPs);
        } else if (busyUntilPs <= nowPs && queues.occupied() == 0 && (pausedClasses & 1 << queue) == 0) {
            start(frame, nowPs);
            if (firstOnWire == frame) {
                arm(nowPs);
            }
        } else {
            enqueue(queues, frame, queue, nowPs);
        }
    }

    /** Takes a frame into a set of queues, which need not be those that are sent from at present. */
    private void enqueue(PriorityQueues into, long frame, int queue, long nowPs) {
        into.add(queue, frame, FabricFrame.wireBytes(frame));
        if (observer != null) {
            observer.queued(this, frame, into.bytes(queue), nowPs);
        }
        if (busyUntilPs < momentPs) {
            arm(nowPs);
        }
    }

    @Override
    public void act(long nowPs) {
        momentPs = EventQueue.NEVER;
        while (firstOnWire != FramePool.NONE && FabricFrame.timePs(firstOnWire) <= nowPs) {
            long frame = firstOnWire;
            firstOnWire = FabricFrame.next(frame);
            onWire--;
            arrive(frame, nowPs);
        }
        if (queues.occupied() != 0 && busyUntilPs <= nowPs) {
            sendNext(nowPs);
        }
        arm(nowPs);
    }

    private void sendNext(long nowPs) {
        expirePauses(nowPs);
        int queue = queues.first(ALL_QUEUES & ~pausedClasses);
        if (queue == PriorityQueues.NONE) {
            return;
        }
        if (closesPs != EventQueue.NEVER) {
            long lastBitPs = nowPs + serialisationPs(FabricFrame.wireBytes(queues.peek(queue))) + config.delayPs();
            if (lastBitPs > closesPs) {
                return;
            }
        }
        start(queues.remove(queue), nowPs);
    }

    private void start(long frame, long nowPs) {
        int wireBytes = FabricFrame.wireBytes(frame);
        long linePs = serialisationPs(wireBytes);
        busyUntilPs = nowPs + linePs;
        busyPs += linePs;
        sentFrames++;
        sentBytes += wireBytes;
        from.departed(this, frame, nowPs);
        if (observer != null) {
            observer.sent(this, frame, nowPs);
        }
        putOnWire(frame, busyUntilPs + config.delayPs());
    }

    /** Lets light through: a frame whose last bit goes into the wire now, without queue or line. */
    void passThrough(long frame, long nowPs) {
        if (down) {
            drop(frame, DropReason.LINK_DOWN, nowPs);
            return;
        }
        int wireBytes = FabricFrame.wireBytes(frame);
        sentFrames++;
        sentBytes += wireBytes;
        busyPs += serialisationPs(wireBytes);
        if (observer != null) {
            observer.sent(this, frame, nowPs);
        }
        putOnWire(frame, nowPs + config.delayPs());
        arm(nowPs);
    }

    private void putOnWire(long frame, long arrivalPs) {
        FabricFrame.timePs(frame, arrivalPs);
        FabricFrame.next(frame, FramePool.NONE);
        if (firstOnWire == FramePool.NONE) {
            firstOnWire = frame;
        } else {
            FabricFrame.next(lastOnWire, frame);
        }
        lastOnWire = frame;
        onWire++;
    }

    private void arrive(long frame, long nowPs) {
        DropReason reason = fate(frame);
        if (reason != null) {
            drop(frame, reason, nowPs);
            return;
        }
        arrivedFrames++;
        if (observer != null) {
            observer.arrived(this, frame, nowPs);
        }
        to.receive(this, frame, nowPs);
    }

    /** What becomes of a frame on the wire: null if it arrives, perhaps with other bits. */
    private @Nullable DropReason fate(long frame) {
        if (blackHole) {
            return DropReason.BLACK_HOLE;
        }
        if (losses != null && losses.first(1) != Trials.NONE) {
            return DropReason.LOST;
        }
        if (frameErrors != null && frameErrors.first(1) != Trials.NONE) {
            return DropReason.FRAME_ERROR;
        }
        if (bitErrors != null) {
            corrupt(frame, bitErrors);
        }
        return null;
    }

    private static void corrupt(long frame, Trials errors) {
        long data = Frame.dataAddress(frame);
        long bits = 8L * Frame.lengthBytes(frame);
        long bit = errors.first(bits);
        long tried = 0;
        while (bit != Trials.NONE) {
            tried += bit;
            long at = data + tried / 8;
            NativeMemory.putByte(at, (byte) (NativeMemory.getByte(at) ^ 1 << tried % 8));
            FabricFrame.flags(frame, FabricFrame.flags(frame) | FabricFrame.CORRUPTED);
            tried++;
            bit = errors.first(bits - tried);
        }
    }

    /** Makes its next moment that of the first arrival, or of the next frame that may go. */
    private void arm(long nowPs) {
        long nextPs = firstOnWire == FramePool.NONE ? EventQueue.NEVER : FabricFrame.timePs(firstOnWire);
        if (queues.occupied() != 0) {
            nextPs = Math.min(nextPs, readyPs(nowPs));
        }
        if (nextPs != momentPs) {
            momentPs = nextPs;
            time.schedule(actor, nextPs);
        }
    }

    /** When a frame that waits may go, if nothing else happens. */
    private long readyPs(long nowPs) {
        if (pausedClasses != 0) {
            expirePauses(nowPs);
        }
        long readyPs = EventQueue.NEVER;
        int queue = queues.first(ALL_QUEUES & ~pausedClasses);
        if (queue == PriorityQueues.NONE) {
            for (int rest = queues.occupied() & pausedClasses; rest != 0; rest &= rest - 1) {
                readyPs = Math.min(readyPs, pausedUntilPs[Integer.numberOfTrailingZeros(rest)]);
            }
        } else {
            readyPs = Math.max(busyUntilPs, nowPs);
            if (closesPs != EventQueue.NEVER) {
                long linePs = serialisationPs(FabricFrame.wireBytes(queues.peek(queue)));
                readyPs = readyPs + linePs + config.delayPs() > closesPs ? EventQueue.NEVER : readyPs;
            }
        }
        return readyPs;
    }

    /** Pauses a class of what waits here for a time, or ends its pause. */
    void pause(int trafficClass, long lengthPs, long nowPs) {
        int before = pausedClasses;
        if (lengthPs == 0) {
            pausedClasses &= ~(1 << trafficClass);
        } else {
            pausedClasses |= 1 << trafficClass;
            pausedUntilPs[trafficClass] = nowPs + lengthPs;
            pauses++;
        }
        if (observer != null && before != pausedClasses) {
            observer.paused(this, pausedClasses, nowPs);
        }
        arm(nowPs);
    }

    private void expirePauses(long nowPs) {
        int before = pausedClasses;
        for (int rest = pausedClasses; rest != 0; rest &= rest - 1) {
            int trafficClass = Integer.numberOfTrailingZeros(rest);
            if (pausedUntilPs[trafficClass] <= nowPs) {
                pausedClasses &= ~(1 << trafficClass);
            }
        }
        if (observer != null && before != pausedClasses) {
            observer.paused(this, pausedClasses, nowPs);
        }
    }

    /** Sends from another set of queues from now on, and only frames whose last bit arrives by {@code untilPs}; for a link into an optical switch. */
    void gate(PriorityQueues open, long untilPs, long nowPs) {
        queues = open;
        closesPs = untilPs;
        arm(nowPs);
    }

    /** Changes what is wrong with it, from now on. */
    public void fault(LinkFault now) {
        long nowPs = time.nowPs();
        fault = now;
        down = now instanceof LinkFault.Down;
        blackHole = now instanceof LinkFault.BlackHole;
        losses = now instanceof LinkFault.Lossy lossy && lossy.probability() > 0
                ? new Trials(lossy.probability(), random)
                : null;
        rate(
                now instanceof LinkFault.Slow slow
                        ? Math.max(1, (long) (config.rateBitsPerSecond() * slow.rateFactor()))
                        : config.rateBitsPerSecond());
        if (down) {
            loseAll(nowPs);
        }
        arm(nowPs);
    }

    private void loseAll(long nowPs) {
        while (queues.occupied() != 0) {
            long frame = queues.remove(queues.first(ALL_QUEUES));
            from.departed(this, frame, nowPs);
            drop(frame, DropReason.LINK_DOWN, nowPs);
        }
        while (firstOnWire != FramePool.NONE) {
            long frame = firstOnWire;
            firstOnWire = FabricFrame.next(frame);
            onWire--;
            drop(frame, DropReason.LINK_DOWN, nowPs);
        }
        pausedClasses = 0;
    }

    /** Drops a frame that came to this link, or out of it. */
    void drop(long frame, DropReason reason, long nowPs) {
        droppedFrames++;
        if (observer != null) {
            observer.dropped(this, frame, reason, nowPs);
        }
        fabric.dropped(frame, reason);
    }

    void noteTrimmed(long frame, long nowPs) {
        trimmedFrames++;
        if (observer != null) {
            observer.trimmed(this, frame, nowPs);
        }
    }

    void noteMarked(long frame, long nowPs) {
        markedFrames++;
        if (observer != null) {
            observer.marked(this, frame, nowPs);
        }
    }

    /** Adds somebody who is told what happens here. */
    public void observe(FabricObserver added) {
        observer = FabricObserver.both(observer, added);
    }

    PriorityQueues queues() {
        return queues;
    }

    /** From 0, in the order in which the fabric was built. */
    public int number() {
        return number;
    }

    /** Such as {@code h0>s1}. */
    public String name() {
        return name;
    }

    /** What it is like when nothing is wrong. */
    public LinkConfig config() {
        return config;
    }

    /** Where it begins. */
    public Node from() {
        return from;
    }

    /** The port of {@link #from} that it is. */
    public int fromPort() {
        return fromPort;
    }

    /** Where it ends. */
    public Node to() {
        return to;
    }

    /** The port of {@link #to} that it comes in by. */
    public int toPort() {
        return toPort;
    }

    /** The other direction of the cable. */
    public Link reverse() {
        if (reverse == null) {
            throw new IllegalStateException("link without a way back: link=" + name);
        }
        return reverse;
    }

    /** What is wrong with it. */
    public LinkFault fault() {
        return fault;
    }

    /** Whether it has no carrier. */
    public boolean isDown() {
        return down;
    }

    /** A bit for each class that is paused. */
    public int pausedClasses() {
        return pausedClasses;
    }

    /** Bytes of a class that wait; in a set of queues for optical circuits, those of the present circuit. */
    public long queuedBytes(int trafficClass) {
        return queues.bytes(trafficClass);
    }

    /** Bytes of all classes that wait. */
    public long queuedBytes() {
        long sum = 0;
        for (int rest = queues.occupied(); rest != 0; rest &= rest - 1) {
            sum += queues.bytes(Integer.numberOfTrailingZeros(rest));
        }
        return sum;
    }

    /** Frames that wait. */
    public int queuedFrames() {
        return queues.frames();
    }

    /** Frames that were sent and have not come out yet. */
    public int framesUnderWay() {
        return onWire;
    }

    /** Frames whose first bit went out. */
    public long sentFrames() {
        return sentFrames;
    }

    /** Bytes of the line that they took. */
    public long sentBytes() {
        return sentBytes;
    }

    /** How long the line was or will be busy with them; divided by a time, its utilisation. */
    public long busyPs() {
        return busyPs;
    }

    /** Frames that came out at the other end. */
    public long arrivedFrames() {
        return arrivedFrames;
    }

    /** Frames dropped in front of it, on it, or at the end of it. */
    public long droppedFrames() {
        return droppedFrames;
    }

    /** Frames trimmed in front of it. */
    public long trimmedFrames() {
        return trimmedFrames;
    }

    /** Frames marked in front of it. */
    public long markedFrames() {
        return markedFrames;
    }

    /** How often a class of it was paused or a pause was renewed. */
    public long pauses() {
        return pauses;
    }

    @Override
    public String toString() {
        return name;
    }
}

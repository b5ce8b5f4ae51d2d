package io.heliograph.emulator.fabric;

import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.transport.SeededRandom;
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

    private final Fabric fabric;
    private final VirtualTime time;
    private final int actor;
    private final LinkEnds ends;
    private final String name;
    private final Node from;
    private final Node to;
    private final int toPort;
    private @Nullable Link reverse;
    private @Nullable FabricObserver observer;
    private PriorityQueues queues = new PriorityQueues();

    /** Picoseconds of a byte if that is a whole number, else 0. */
    private long bytePs;

    private final long delayPs;
    private long rateBitsPerSecond;
    private long busyUntilPs;
    private final Wire wire = new Wire();
    private long momentPs = EventQueue.NEVER;
    /** Made by the first pause. */
    private @Nullable LinkPauses paused;

    /** What it leads into if that has no buffers and lets light through only at times, see {@link #gate}. */
    private final @Nullable OpticalSwitch optical;

    private long closesPs = EventQueue.NEVER;

    private final WireFaults faults;
    /** Nothing is wrong with the wire: {@link #faults} need not be asked. */
    private boolean sound;

    private boolean down;

    private long sentFrames;
    private long busyPs;
    private long trimmedFrames;
    private long markedFrames;
    private long pauses;

    Link(Fabric fabric, LinkEnds ends, SeededRandom random) {
        this.fabric = fabric;
        this.ends = ends;
        time = fabric.time();
        name = ends.name();
        from = ends.from();
        to = ends.to();
        toPort = ends.toPort();
        delayPs = ends.config().delayPs();
        optical = to instanceof OpticalSwitch light ? light : null;
        faults = new WireFaults(ends.config(), random);
        sound = faults.areNone();
        rate(ends.config().rateBitsPerSecond());
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
        } else if (busyUntilPs <= nowPs && queues.occupied() == 0 && (pausedClasses() & 1 << queue) == 0) {
            start(frame, nowPs);
            if (wire.frames() == 1) {
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
        while (wire.firstArrivalPs() <= nowPs) {
            arrive(wire.take(), nowPs);
        }
        if (queues.occupied() != 0 && busyUntilPs <= nowPs) {
            sendNext(nowPs);
        }
        arm(nowPs);
    }

    private void sendNext(long nowPs) {
        int queue = firstThatMayGo(nowPs);
        if (queue != PriorityQueues.NONE && isOpenFor(queues.peek(queue), nowPs)) {
            start(queues.remove(queue), nowPs);
        }
    }

    /** The queue whose turn it is, or {@link PriorityQueues#NONE} if all that is not empty is paused. */
    private int firstThatMayGo(long nowPs) {
        if (paused != null && paused.expire(nowPs) && observer != null) {
            observer.paused(this, paused.classes(), nowPs);
        }
        return queues.first(~pausedClasses());
    }

    /** Whether the gate is still open when the last bit of a frame arrives that starts at a time. */
    private boolean isOpenFor(long frame, long startPs) {
        return closesPs == EventQueue.NEVER
                || startPs + serialisationPs(FabricFrame.wireBytes(frame)) + delayPs < closesPs;
    }

    private void start(long frame, long nowPs) {
        long linePs = serialisationPs(FabricFrame.wireBytes(frame));
        busyUntilPs = nowPs + linePs;
        from.departed(this, frame, nowPs);
        enterWire(frame, linePs, busyUntilPs, nowPs);
    }

    /** Lets light through: a frame whose last bit goes into the wire now, without queue or line. */
    void passThrough(long frame, long nowPs) {
        if (down) {
            drop(frame, DropReason.LINK_DOWN, nowPs);
            return;
        }
        enterWire(frame, serialisationPs(FabricFrame.wireBytes(frame)), nowPs, nowPs);
        arm(nowPs);
    }

    private void enterWire(long frame, long linePs, long lastBitPs, long nowPs) {
        busyPs += linePs;
        sentFrames++;
        if (observer != null) {
            observer.sent(this, frame, nowPs);
        }
        wire.put(frame, lastBitPs + delayPs);
    }

    private void arrive(long frame, long nowPs) {
        DropReason reason = sound ? null : faults.fate(frame);
        if (reason != null) {
            drop(frame, reason, nowPs);
            return;
        }
        if (observer != null) {
            observer.arrived(this, frame, nowPs);
        }
        to.receive(this, frame, nowPs);
    }

    /** Makes its next moment that of the first arrival, or of the next frame that may go. */
    private void arm(long nowPs) {
        long nextPs = wire.firstArrivalPs();
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
        int queue = firstThatMayGo(nowPs);
        if (queue == PriorityQueues.NONE) {
            return paused == null ? EventQueue.NEVER : paused.firstEndPs(queues.occupied());
        }
        long readyPs = Math.max(busyUntilPs, nowPs);
        return isOpenFor(queues.peek(queue), readyPs) ? readyPs : EventQueue.NEVER;
    }

    /** Pauses a class of what waits here for a time, or ends its pause. */
    void pause(int trafficClass, long lengthPs, long nowPs) {
        LinkPauses present = paused == null ? new LinkPauses() : paused;
        paused = present;
        int before = present.classes();
        if (lengthPs == 0) {
            present.end(trafficClass);
        } else {
            present.begin(trafficClass, nowPs + lengthPs);
            pauses++;
        }
        if (observer != null && before != present.classes()) {
            observer.paused(this, present.classes(), nowPs);
        }
        arm(nowPs);
    }

    private int pausedClasses() {
        return paused == null ? 0 : paused.classes();
    }

    /** Sends from another set of queues from now on, and only frames whose last bit arrives before {@code untilPs}; for a link into an optical switch. */
    void gate(PriorityQueues open, long untilPs, long nowPs) {
        queues = open;
        closesPs = untilPs;
        arm(nowPs);
    }

    /** Changes what is wrong with it, from now on. */
    public void fault(LinkFault now) {
        long nowPs = time.nowPs();
        faults.fault(now);
        sound = faults.areNone();
        down = now instanceof LinkFault.Down;
        rate(
                now instanceof LinkFault.Slow slow
                        ? Math.max(1, (long) (ends.config().rateBitsPerSecond() * slow.rateFactor()))
                        : ends.config().rateBitsPerSecond());
        if (down) {
            loseAll(nowPs);
        }
        arm(nowPs);
    }

    private void loseAll(long nowPs) {
        while (queues.occupied() != 0) {
            long frame = queues.remove(queues.first(PriorityQueues.ALL));
            from.departed(this, frame, nowPs);
            drop(frame, DropReason.LINK_DOWN, nowPs);
        }
        while (wire.frames() > 0) {
            drop(wire.take(), DropReason.LINK_DOWN, nowPs);
        }
        paused = null;
    }

    /** Drops a frame that came to this link, or out of it. */
    void drop(long frame, DropReason reason, long nowPs) {
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

    /** From 0, in the order in which the fabric was built. */
    public int number() {
        return ends.number();
    }

    /** Such as {@code h0>s1}. */
    public String name() {
        return name;
    }

    /** What it is like when nothing is wrong. */
    public LinkConfig config() {
        return ends.config();
    }

    /** Where it begins. */
    public Node from() {
        return from;
    }

    /** The port of {@link #from} that it is. */
    public int fromPort() {
        return ends.fromPort();
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

    /** Whether it has no carrier. */
    public boolean isDown() {
        return down;
    }

    /** Bytes of a class that wait; in a set of queues for optical circuits, those of the present circuit. */
    public long queuedBytes(int trafficClass) {
        return queues.bytes(trafficClass);
    }

    /** Bytes of all classes that wait. */
    public long queuedBytes() {
        return queues.bytes();
    }

    /** Frames that wait. */
    public int queuedFrames() {
        return queues.frames();
    }

    /** Frames that were sent and have not come out yet. */
    public int framesUnderWay() {
        return wire.frames();
    }

    /** Frames whose first bit went out. */
    public long sentFrames() {
        return sentFrames;
    }

    /** How long the line was or will be busy with them; divided by a time, its utilisation. */
    public long busyPs() {
        return busyPs;
    }

    /** Until when the line is busy with the frame that it sends, or was with the last one. */
    public long busyUntilPs() {
        return busyUntilPs;
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

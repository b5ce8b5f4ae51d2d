package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.CompletionKind;
import io.heliograph.emulator.device.layout.DeviceCounter;
import io.heliograph.emulator.device.layout.EventEntry;
import io.heliograph.emulator.device.layout.EventType;
import io.heliograph.emulator.device.layout.QueueState;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.endpoint.PacketEndpoint;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The way of completions and events to host memory: takes them from the endpoint when the next step has room, and gives each a place in its ring first. */
final class Outbox implements Actor, Upstream, CompletionHandler {
    /** Immediates that wait here for their completion rings, of all queues together: others wait in the endpoint's receive slots. */
    private static final int HELD = 64;
    /** Events about misuse that wait for room in the event queue; others of that kind are lost. */
    private static final int WAITING_EVENTS = 64;

    private static final int NO_QUEUE = 0xffff;

    private final VirtualTime time;
    private final SubmissionQueue[] queues;
    private final HostRing events;
    private final PeerUnit peers;
    private final Interrupts interrupts;
    private final Counts counts;
    private final int actor;
    private final ArrayDeque<RingWrite> waitingEvents = new ArrayDeque<>();
    private @Nullable Stage<RingWrite> stage;
    private @Nullable PacketEndpoint endpoint;
    private Upstream afterImmediates = nowPs -> {};
    private Upstream afterRoom = nowPs -> {};
    private int activeQueues = 1;
    private int held;
    private int lost;

    Outbox(
            VirtualTime time,
            SubmissionQueue[] queues,
            HostRing events,
            PeerUnit peers,
            Interrupts interrupts,
            Counts counts) {
        this.time = time;
        this.queues = queues;
        this.events = events;
        this.peers = peers;
        this.interrupts = interrupts;
        this.counts = counts;
        actor = time.add(this);
    }

    /** Says where things go, who runs engines whose receive slots came free, and who reads work entries when there are places for completions. */
    void join(Stage<RingWrite> newStage, Upstream newAfterImmediates, Upstream newAfterRoom) {
        stage = newStage;
        afterImmediates = newAfterImmediates;
        afterRoom = newAfterRoom;
        newStage.addUpstream(this);
    }

    void open(PacketEndpoint newEndpoint, int newActiveQueues) {
        endpoint = newEndpoint;
        activeQueues = newActiveQueues;
    }

    /** Events that found no room. */
    int lost() {
        return lost;
    }

    @Override
    public void roomAt(long nowPs) {
        time.schedule(actor, nowPs);
    }

    @Override
    public void act(long nowPs) {
        sendEvents(nowPs);
        for (SubmissionQueue each : queues) {
            sendHeld(each, nowPs);
        }
        PacketEndpoint present = endpoint;
        if (present != null) {
            poll(present, nowPs);
        }
        if (room() == 0 && stage != null) {
            stage.wantRoom();
        }
    }

    private void poll(PacketEndpoint present, long nowPs) {
        int polled = room() > 0 ? present.pollPosts(this, room()) : 0;
        int limit = Math.min(room(), HELD - held);
        int more = limit > 0 ? present.poll(this, limit) : 0;
        if (polled + more > 0) {
            afterRoom.roomAt(nowPs);
        }
        if (more > 0) {
            afterImmediates.roomAt(nowPs);
        }
    }

    private int room() {
        return stage == null ? 0 : stage.freeRoom();
    }

    @Override
    public void onCompletion(Completion completion) {
        int peer = peers.indexOf(completion.peer());
        long nowPs = time.nowPs();
        switch (completion.kind()) {
            case Completion.WRITE -> {
                SubmissionQueue queue = queues[completion.queue()];
                end(queue, completion.status(), peer, completion.cookie(), completion.lengthBytes(), nowPs);
            }
            case Completion.IMMEDIATE -> {
                SubmissionQueue queue = queues[completion.queue() % activeQueues];
                queue.held.add(new RingWrite(
                        queue.number,
                        0,
                        CompletionKind.IMMEDIATE.value(),
                        completion.status(),
                        completion.queue(),
                        peer,
                        0,
                        completion.immediate(),
                        completion.lengthBytes()));
                held++;
                sendHeld(queue, nowPs);
            }
            default -> {
                waitingEvents.add(event(EventType.PEER, completion.status(), NO_QUEUE, peer, 0));
                sendEvents(nowPs);
            }
        }
    }

    /** A work entry ended, taken or not: its completion has a place already. */
    void end(SubmissionQueue queue, int status, int peer, long cookie, long lengthBytes, long nowPs) {
        queue.ended();
        send(
                new RingWrite(
                        queue.number,
                        queue.life(),
                        CompletionKind.WRITE.value(),
                        status,
                        queue.number,
                        peer,
                        cookie,
                        0,
                        lengthBytes),
                nowPs);
    }

    /** Tells of misuse, if there is room to. */
    void tell(EventType type, int code, int queue, int index, long information, long nowPs) {
        if (waitingEvents.size() >= WAITING_EVENTS || events.entries() == 0) {
            lost++;
            return;
        }
        waitingEvents.add(event(type, code, queue, index, information));
        roomAt(nowPs);
    }

    private static RingWrite event(EventType type, int code, int queue, int index, long information) {
        return new RingWrite(Register.EVENT_VECTOR, 0, type.value(), code, queue, index, information, 0, 0);
    }

    private void sendEvents(long nowPs) {
        if (events.entries() == 0) {
            lost += waitingEvents.size();
            waitingEvents.clear();
        }
        while (!waitingEvents.isEmpty() && events.room() > 0 && room() > 0) {
            events.issue();
            send(waitingEvents.remove(), nowPs);
        }
    }

    private void sendHeld(SubmissionQueue queue, long nowPs) {
        boolean open = queue.state() == QueueState.RUNNING || queue.state() == QueueState.ERROR;
        while (open && !queue.held.isEmpty() && queue.completionRoom() > 0 && room() > 0) {
            queue.completions.issue();
            held--;
            send(queue.held.remove(), nowPs);
        }
    }

    private void send(RingWrite write, long nowPs) {
        Stage<RingWrite> next = stage;
        if (next == null || !next.offer(write, nowPs)) {
            throw new IllegalStateException("completion without room: vector=" + write.vector);
        }
    }

    /** Writes what has been on the bus for long enough. */
    boolean write(RingWrite write, long nowPs) {
        boolean isEvent = write.vector == Register.EVENT_VECTOR;
        HostRing ring = isEvent ? events : queues[write.vector].completions;
        boolean written = ring.write(entry -> fill(isEvent, entry, write, nowPs));
        if (written) {
            counts.increment(isEvent ? DeviceCounter.EVENTS : DeviceCounter.COMPLETIONS);
            interrupts.signal(write.vector, nowPs);
        } else {
            counts.increment(DeviceCounter.MEMORY_FAULTS);
            if (!isEvent) {
                counts.increment(DeviceCounter.COMPLETIONS_DISCARDED);
                tell(EventType.WRITE_FAULT, write.status, write.vector, write.index, write.word, nowPs);
            } else {
                lost++;
            }
        }
        if (!isEvent) {
            queues[write.vector].settle();
        }
        return true;
    }

    private static void fill(boolean isEvent, long entry, RingWrite write, long nowPs) {
        if (isEvent) {
            EventEntry.TYPE.put(entry, write.kind);
            EventEntry.CODE.put(entry, write.status);
            EventEntry.QUEUE.put(entry, write.queue);
            EventEntry.INDEX.put(entry, write.index);
            EventEntry.INFORMATION.put(entry, write.word);
            EventEntry.TIME.put(entry, nowPs / VirtualTime.PS_PER_NS);
            return;
        }
        CompletionEntry.COOKIE.put(entry, write.word);
        CompletionEntry.LENGTH.put(entry, write.lengthBytes);
        CompletionEntry.PEER.put(entry, write.index);
        CompletionEntry.IMMEDIATE.put(entry, write.immediate);
        CompletionEntry.QUEUE.put(entry, write.queue);
        CompletionEntry.STATUS.put(entry, write.status);
        CompletionEntry.KIND.put(entry, write.kind);
    }

    void reset() {
        endpoint = null;
        waitingEvents.clear();
        held = 0;
        lost = 0;
        time.schedule(actor, EventQueue.NEVER);
    }
}

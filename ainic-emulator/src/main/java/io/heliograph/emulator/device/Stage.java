package io.heliograph.emulator.device;

import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A step of the pipeline: room for some items, and a worker that takes one after the other and passes them on in their order. It stops taking while the next step has no room for what is done.
 */
final class Stage<T extends Item> implements Actor, Upstream {
    private final VirtualTime time;
    private final StageMeter meter;
    private final int room;
    private final int mostInWork;
    private final Timing<T> timing;
    private final Sink<T> sink;
    private final int actor;
    private final ArrayDeque<T> waiting = new ArrayDeque<>();
    private final ArrayDeque<T> inWork = new ArrayDeque<>();
    private final List<Upstream> upstreams = new ArrayList<>();
    private boolean refused;
    private boolean blocked;
    private long freePs;

    /**
     * A step with nothing in it.
     *
     * @param room items that can wait
     * @param mostInWork items that it works on at once
     */
    Stage(VirtualTime time, StageMeter meter, int room, int mostInWork, Timing<T> timing, Sink<T> sink) {
        this.time = time;
        this.meter = meter;
        this.room = room;
        this.mostInWork = mostInWork;
        this.timing = timing;
        this.sink = sink;
        actor = time.add(this);
    }

    /** Says who else waits for room. */
    void addUpstream(Upstream upstream) {
        upstreams.add(upstream);
    }

    StageMeter meter() {
        return meter;
    }

    int freeRoom() {
        return room - waiting.size();
    }

    boolean hasRoom() {
        return waiting.size() < room;
    }

    /** Tells the upstreams when there is room next. */
    void wantRoom() {
        refused = true;
    }

    boolean isEmpty() {
        return waiting.isEmpty() && inWork.isEmpty();
    }

    boolean offer(T item, long nowPs) {
        if (waiting.size() >= room) {
            refused = true;
            return false;
        }
        waiting.add(item);
        meter.set(state(nowPs), waiting.size(), nowPs);
        time.schedule(actor, nowPs);
        return true;
    }

    @Override
    public void roomAt(long nowPs) {
        if (blocked) {
            time.schedule(actor, nowPs);
        }
    }

    @Override
    public void act(long nowPs) {
        passOn(nowPs);
        while (!waiting.isEmpty() && inWork.size() < mostInWork && nowPs >= freePs) {
            T item = waiting.remove();
            freePs = timing.begin(item, nowPs);
            meter.took(item.psn);
            inWork.add(item);
            passOn(nowPs);
        }
        if (refused && waiting.size() < room) {
            refused = false;
            for (Upstream each : upstreams) {
                each.roomAt(nowPs);
            }
        }
        meter.set(state(nowPs), waiting.size(), nowPs);
        schedule(nowPs);
    }

    private void passOn(long nowPs) {
        blocked = false;
        while (!inWork.isEmpty() && inWork.getFirst().donePs <= nowPs) {
            if (!sink.offer(inWork.getFirst(), nowPs)) {
                blocked = true;
                return;
            }
            inWork.remove();
            meter.passed();
        }
    }

    private StageState state(long nowPs) {
        if (blocked) {
            return StageState.STALLED;
        }
        return inWork.isEmpty() && nowPs >= freePs ? StageState.IDLE : StageState.BUSY;
    }

    private void schedule(long nowPs) {
        long nextPs = freePs > nowPs ? freePs : EventQueue.NEVER;
        if (!inWork.isEmpty() && !blocked) {
            nextPs = Math.min(nextPs, Math.max(nowPs, inWork.getFirst().donePs));
        }
        time.schedule(actor, nextPs);
    }

    /** Takes everything out, unfinished. */
    void flush(Consumer<? super T> end, long nowPs) {
        waiting.forEach(end);
        inWork.forEach(end);
        waiting.clear();
        inWork.clear();
        blocked = false;
        refused = false;
        freePs = nowPs;
        meter.set(StageState.IDLE, 0, nowPs);
        time.schedule(actor, EventQueue.NEVER);
    }
}

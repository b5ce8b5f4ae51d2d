package io.heliograph.emulator.event;

import io.heliograph.transport.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * The time that everything in a fabric goes by, and the loop that moves it from one actor's moment to the next.
 *
 * <p>As a {@link Clock} it gives whole nanoseconds, cut off: what the protocol's endpoints go by. One thread.
 */
public final class VirtualTime implements Clock {
    /** Picoseconds in a nanosecond. */
    public static final long PS_PER_NS = 1_000;
    /** Picoseconds in a second. */
    public static final long PS_PER_SECOND = 1_000_000_000_000L;

    private final EventQueue queue = new EventQueue();
    private final List<Actor> known = new ArrayList<>();
    private Actor[] actors = new Actor[0];
    private long events;
    private boolean stopping;

    /** Makes an actor known and returns its number. Among those that act at the same moment the one with the lowest number comes first. */
    public int add(Actor actor) {
        known.add(actor);
        return queue.add();
    }

    /** The present moment. */
    public long nowPs() {
        return queue.nowPs();
    }

    @Override
    public long nowNs() {
        return queue.nowPs() / PS_PER_NS;
    }

    /**
     * Gives an actor its next moment in place of the one it may have; {@link EventQueue#NEVER} for none.
     *
     * @throws IllegalArgumentException if it is in the past
     */
    public void schedule(int actor, long atPs) {
        queue.schedule(actor, atPs);
    }

    /** When an actor acts next, or {@link EventQueue#NEVER}. */
    public long momentPs(int actor) {
        return queue.momentPs(actor);
    }

    /** Lets actors act until nobody has a moment up to {@code endPs}, or one calls {@link #stop}; in the first case it is {@code endPs} afterwards, unless that is {@link EventQueue#NEVER}. Returns whether it was the first. */
    public boolean runUntil(long endPs) {
        stopping = false;
        while (!stopping) {
            int actor = queue.takeFirst(endPs);
            if (actor == EventQueue.NONE) {
                if (endPs != EventQueue.NEVER) {
                    queue.advanceTo(endPs);
                }
                return true;
            }
            events++;
            if (actor >= actors.length) {
                actors = known.toArray(Actor[]::new);
            }
            actors[actor].act(queue.nowPs());
        }
        return false;
    }

    /** Lets {@link #runUntil} return after the actor that acts now. */
    public void stop() {
        stopping = true;
    }

    /** How often an actor acted. */
    public long events() {
        return events;
    }
}

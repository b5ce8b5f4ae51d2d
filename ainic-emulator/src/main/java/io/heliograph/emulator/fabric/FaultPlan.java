package io.heliograph.emulator.fabric;

import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Faults of links that begin and end at given times. Added before their time comes; of faults of one link that overlap, the one set last is in force. */
public final class FaultPlan implements Actor {
    private final VirtualTime time;
    private final int actor;
    /** Sorted by time; of equal times in the order of adding. */
    private final List<Change> changes = new ArrayList<>();

    private record Change(long atPs, Link link, LinkFault fault) {}

    /** A plan without faults. */
    public FaultPlan(Fabric fabric) {
        time = fabric.time();
        actor = time.add(this);
    }

    /**
     * A link has a fault from one time on until another; {@link EventQueue#NEVER} for ever.
     *
     * @throws IllegalArgumentException if it ends before it begins, or begins in the past
     */
    public FaultPlan add(Link link, LinkFault fault, long fromPs, long untilPs) {
        if (fromPs < time.nowPs() || untilPs <= fromPs) {
            throw new IllegalArgumentException("fault: link=" + link.name() + " fromPs=" + fromPs + " untilPs="
                    + untilPs + " nowPs=" + time.nowPs() + "; it must begin in the future and end after that");
        }
        changes.add(new Change(fromPs, link, fault));
        if (untilPs != EventQueue.NEVER) {
            changes.add(new Change(untilPs, link, LinkFault.NONE));
        }
        changes.sort(Comparator.comparingLong(Change::atPs));
        time.schedule(actor, changes.getFirst().atPs());
        return this;
    }

    /** The same for both directions of a cable. */
    public FaultPlan addCable(Link link, LinkFault fault, long fromPs, long untilPs) {
        return add(link, fault, fromPs, untilPs).add(link.reverse(), fault, fromPs, untilPs);
    }

    /** Both directions of a cable lose their carrier for a time, again and again from one time on until another. */
    public FaultPlan flapping(Link link, long fromPs, long untilPs, long downPs, long upPs) {
        if (downPs <= 0 || upPs <= 0) {
            throw new IllegalArgumentException(
                    "flapping: link=" + link.name() + " downPs=" + downPs + " upPs=" + upPs + "; both above 0");
        }
        for (long atPs = fromPs; atPs < untilPs; atPs += downPs + upPs) {
            addCable(link, new LinkFault.Down(), atPs, Math.min(atPs + downPs, untilPs));
        }
        return this;
    }

    @Override
    public void act(long nowPs) {
        while (!changes.isEmpty() && changes.getFirst().atPs() <= nowPs) {
            Change change = changes.removeFirst();
            change.link().fault(change.fault());
        }
        time.schedule(
                actor, changes.isEmpty() ? EventQueue.NEVER : changes.getFirst().atPs());
    }
}

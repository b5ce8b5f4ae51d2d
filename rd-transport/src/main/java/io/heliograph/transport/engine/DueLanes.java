package io.heliograph.transport.engine;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Which peers an engine must look at: those to whom something happened since it last did, and those whose time has come. What it costs does not depend on how many others there are.
 *
 * <p>Timers are lazy: one that was put off stays where it is filed, and is filed again when it is looked at.
 */
final class DueLanes {
    private final DeadlineWheel timers = new DeadlineWheel();
    private final ArrayList<Lane> stirred = new ArrayList<>();

    /** Something happened: a peer's timers may be due sooner than they were, or it may need none any more. */
    void stir(Lane lane) {
        if (!lane.isStirred()) {
            lane.stirred(true);
            stirred.add(lane);
        }
    }

    /** Stirs those whose time has come; returns how many are stirred. */
    int collect(long nowNs) {
        if (timers.nextNs() <= nowNs) {
            for (Lane lane = take(nowNs); lane != null; lane = take(nowNs)) {
                stir(lane);
            }
        }
        return stirred.size();
    }

    private @Nullable Lane take(long nowNs) {
        return (Lane) timers.take(nowNs);
    }

    /** One of those that are stirred, first come first. */
    Lane get(int index) {
        return stirred.get(index);
    }

    /** How many are stirred. */
    int size() {
        return stirred.size();
    }

    /** All that were stirred were looked at. */
    void settle() {
        for (int i = 0; i < stirred.size(); i++) {
            stirred.get(i).stirred(false);
        }
        stirred.clear();
    }

    /** A peer is to be looked at again by a time. */
    void file(Lane lane, long deadlineNs, long nowNs) {
        timers.file(lane, deadlineNs, nowNs);
    }

    /** A peer has no timer any more. */
    void cancel(Lane lane) {
        timers.remove(lane);
    }

    /** When the first timer is to be looked at: not after it is due. */
    long nextNs() {
        return timers.nextNs();
    }
}

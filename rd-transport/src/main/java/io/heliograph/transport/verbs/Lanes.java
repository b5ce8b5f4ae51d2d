package io.heliograph.transport.verbs;

import io.heliograph.transport.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The lanes of an endpoint, one for each peer and work queue that was posted to: all by their numbers, those with something to hand to the
 * device, and how many wait for something, each with a deadline. Thread of doWork.
 */
final class Lanes {
    private final Clock clock;
    private final Peers peers;
    private final List<SendLane> all = new ArrayList<>();
    private SendLane[] active = new SendLane[16];
    private int activeCount;
    private int waiting;

    Lanes(Clock clock, Peers peers) {
        this.clock = clock;
        this.peers = peers;
    }

    /** The lane to a peer, made on first use. */
    SendLane of(int peerNumber, int queue) {
        Peer peer = peers.all()[peerNumber];
        SendLane lane = peer.lanes[queue];
        if (lane == null) {
            lane = new SendLane(peer, queue, all.size());
            all.add(lane);
            peer.lanes[queue] = lane;
        }
        return lane;
    }

    int count() {
        return all.size();
    }

    /** By number, {@link SendLane#index}. */
    SendLane get(int index) {
        return all.get(index);
    }

    // ------------------------------------------------------------------ those with something to hand over

    /** Puts a lane on the list unless it is there. */
    void activate(SendLane lane) {
        if (!lane.active) {
            lane.active = true;
            if (activeCount == active.length) {
                active = Arrays.copyOf(active, 2 * activeCount);
            }
            active[activeCount++] = lane;
        }
    }

    int activeCount() {
        return activeCount;
    }

    /** The lane at a place of the list. */
    SendLane active(int place) {
        return active[place];
    }

    /** Takes the lane at a place off the list; the last one is there now. */
    void deactivate(int place) {
        active[place].active = false;
        active[place] = active[--activeCount];
    }

    // ------------------------------------------------------------------ states

    /** Takes a lane to another state; with {@code patienceNs} to wait in one that waits. */
    void enter(SendLane lane, SendLane.State state, long patienceNs) {
        waiting -= lane.state.waits ? 1 : 0;
        waiting += state.waits ? 1 : 0;
        lane.state = state;
        lane.deadlineNs = state.waits ? clock.nowNs() + patienceNs : Long.MAX_VALUE;
    }

    boolean isAnyWaiting() {
        return waiting > 0;
    }

    /** When the first waiting lane gives up; {@link Long#MAX_VALUE} if none waits. */
    long nextDeadlineNs() {
        long nextNs = Long.MAX_VALUE;
        for (int i = 0; waiting > 0 && i < all.size(); i++) {
            SendLane lane = all.get(i);
            if (lane.state.waits) {
                nextNs = Math.min(nextNs, lane.deadlineNs);
            }
        }
        return nextNs;
    }
}

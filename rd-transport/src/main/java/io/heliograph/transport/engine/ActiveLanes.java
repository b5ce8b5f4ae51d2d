package io.heliograph.transport.engine;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.path.PathPolicy;
import java.util.ArrayList;
import java.util.function.Consumer;

/**
 * The peers that an engine has something to send to or to wait for, and what it does for them as time passes: losses, probes, and giving them up.
 *
 * <p>A duty cycle looks only at those that are {@link DueLanes due}. What another engine does to a peer is seen when this one looks at it next; where that may be too late, it is told ({@link #join}).
 */
final class ActiveLanes {
    private final RandomSource random;
    private final DueLanes due;
    private final DataSender sender;
    private final Transmitter transmitter;
    private final Counters counters;
    private final long peerTimeoutNs;
    private final ArrayList<Lane> lanes = new ArrayList<>();
    private Consumer<Peer> others = _ -> {};

    ActiveLanes(
            RandomSource random,
            DueLanes due,
            DataSender sender,
            Transmitter transmitter,
            Counters counters,
            long peerTimeoutNs) {
        this.random = random;
        this.due = due;
        this.sender = sender;
        this.transmitter = transmitter;
        this.counters = counters;
        this.peerTimeoutNs = peerTimeoutNs;
    }

    /** Names who tells the endpoint's other engines to look at a peer. */
    void join(Consumer<Peer> toOthers) {
        others = toOthers;
    }

    /** Something happened that may change when a peer must be served, or whether it must. */
    void stir(Lane lane) {
        due.stir(lane);
    }

    /** Something may be sent to any of them. */
    void resumeAll(long nowNs) {
        for (int i = 0; i < lanes.size(); i++) {
            sender.resume(lanes.get(i), nowNs);
        }
    }

    /**
     * Serves what is due, and drops the peers with nothing left to do.
     *
     * @param allRead whether nothing was left at the port to read when this duty cycle came to it
     */
    int serve(long nowNs, boolean allRead) {
        sender.retryUnresolved();
        int count = due.collect(nowNs);
        if (count == 0) {
            return 0;
        }
        int work = 0;
        for (int i = 0; i < count; i++) {
            Lane lane = due.get(i);
            lane.peer.lock();
            try {
                work += serve(lane, nowNs, allRead);
                if (lane.peer.isWaiting()) {
                    keep(lane);
                    due.file(lane, lane.deadlineNs(nowNs, peerTimeoutNs), nowNs);
                } else {
                    drop(lane);
                }
            } finally {
                lane.peer.unlock();
            }
        }
        due.settle();
        return work;
    }

    private void keep(Lane lane) {
        if (!lane.isActive()) {
            lane.activeIndex(lanes.size());
            lanes.add(lane);
        }
    }

    private void drop(Lane lane) {
        due.cancel(lane);
        lane.needsAddress(false);
        if (lane.isActive()) {
            // Order does not matter: the last takes its place.
            Lane last = lanes.removeLast();
            if (last != lane) {
                lanes.set(lane.activeIndex(), last);
                last.activeIndex(lane.activeIndex());
            }
            lane.activeIndex(Lane.INACTIVE);
        }
    }

    private int serve(Lane lane, long nowNs, boolean allRead) {
        Peer peer = lane.peer;
        int work = 0;
        if (peer.isGone(nowNs, peerTimeoutNs)) {
            counters.increment(EndpointCounter.PEERS_GONE);
            peer.endRelation(CompletionStatus.PEER_GONE, peer.localIncarnation());
            lane.unreachable();
            work++;
        }
        lane.sync(nowNs);
        if (peer.takeNews()) {
            others.accept(peer);
        }
        if (!peer.isWaiting()) {
            return work;
        }
        if (lane.hasSent()) {
            lane.sendFlow().onTime(nowNs, allRead);
        }
        boolean found = lane.needsAddress() && sender.canReach(lane);
        if (found || lane.hasSent() && lane.sendFlow().hasLost()) {
            lane.needsAddress(false);
            sender.resume(lane, nowNs);
        }
        boolean inDoubt =
                lane.hasSent() && lane.sendFlow().isInDoubt(peer.askedNs()) && peer.mayProbe() && lane.isReachable();
        if (inDoubt || peer.isProbeDue(nowNs)) {
            int nonce = (int) random.nextLong() & ~PathPolicy.PATH_NONCE;
            transmitter.sendProbe(lane, lane.paths().nextEntropy(nowNs), nonce);
            peer.probed(nowNs);
            work++;
        }
        return peer.mayProbe() ? work + probePaths(lane, nowNs) : work;
    }

    /** R11.5, R11.6: finds out about paths that look dead. */
    private int probePaths(Lane lane, long nowNs) {
        int sent = 0;
        while (lane.isReachable() && nowNs >= lane.paths().probeDeadlineNs() && !transmitter.isBackedUp()) {
            int nonce = lane.paths().policy().takeProbe(nowNs);
            if (nonce == PathPolicy.NO_PROBE) {
                break;
            }
            transmitter.sendProbe(lane, PathPolicy.probeEntropy(nonce), nonce);
            counters.increment(EndpointCounter.PATH_PROBE_SENT);
            sent++;
        }
        return sent;
    }

    /** When {@link #serve} has something to do, or somewhat before: a timer that was put off may still be looked at when it would have been due. */
    long deadlineNs(long nowNs) {
        if (sender.mayHaveResolved()) {
            return nowNs;
        }
        long deadlineNs = due.nextNs();
        // Those who were sent to since they were last looked at.
        for (int i = 0; i < due.size(); i++) {
            Lane lane = due.get(i);
            lane.peer.lock();
            deadlineNs = Math.min(deadlineNs, lane.deadlineNs(nowNs, peerTimeoutNs));
            lane.peer.unlock();
        }
        return deadlineNs;
    }
}

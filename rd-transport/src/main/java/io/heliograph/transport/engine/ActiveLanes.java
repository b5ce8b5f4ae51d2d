package io.heliograph.transport.engine;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.path.PathPolicy;
import java.util.ArrayList;

/** The peers that an engine has something to send to or to wait for, and what it does for them as time passes: losses, probes, and giving them up. */
final class ActiveLanes {
    private final RandomSource random;
    private final DataSender sender;
    private final Transmitter transmitter;
    private final Counters counters;
    private final long peerTimeoutNs;
    private final ArrayList<Lane> lanes = new ArrayList<>();

    ActiveLanes(
            RandomSource random, DataSender sender, Transmitter transmitter, Counters counters, long peerTimeoutNs) {
        this.random = random;
        this.sender = sender;
        this.transmitter = transmitter;
        this.counters = counters;
        this.peerTimeoutNs = peerTimeoutNs;
    }

    /** A peer is to be served from now on. */
    void add(Lane lane) {
        if (!lane.isActive()) {
            lane.active(true);
            lanes.add(lane);
        }
    }

    /** Something may be sent to any of them. */
    void resumeAll(long nowNs) {
        for (int i = 0; i < lanes.size(); i++) {
            sender.resume(lanes.get(i), nowNs);
        }
    }

    /** Serves what is due at each, and drops those with nothing left to do. */
    int serve(long nowNs) {
        int work = 0;
        for (int i = lanes.size() - 1; i >= 0; i--) {
            Lane lane = lanes.get(i);
            lane.peer.lock();
            try {
                work += serve(lane, nowNs);
            } finally {
                lane.peer.unlock();
            }
            if (!lane.isActive()) {
                // Order does not matter: the last takes its place.
                Lane last = lanes.removeLast();
                if (last != lane) {
                    lanes.set(i, last);
                }
            }
        }
        return work;
    }

    private int serve(Lane lane, long nowNs) {
        Peer peer = lane.peer;
        int work = 0;
        if (peer.isGone(nowNs, peerTimeoutNs)) {
            counters.increment(EndpointCounter.PEERS_GONE);
            peer.endRelation(CompletionStatus.PEER_GONE, peer.localIncarnation());
            lane.unreachable();
            work++;
        }
        lane.sync(nowNs);
        if (!peer.isWaiting()) {
            lane.active(false);
            return work;
        }
        if (lane.hasSent()) {
            lane.sendFlow().onTime(nowNs);
        }
        boolean found = lane.needsAddress() && sender.canReach(lane);
        if (found || lane.hasSent() && lane.sendFlow().hasLost()) {
            lane.needsAddress(false);
            sender.resume(lane, nowNs);
        }
        if (peer.isProbeDue(nowNs)) {
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

    /** When {@link #serve} has something to do. */
    long deadlineNs(long nowNs) {
        long deadlineNs = Long.MAX_VALUE;
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get(i);
            lane.peer.lock();
            deadlineNs = Math.min(deadlineNs, lane.deadlineNs(nowNs, peerTimeoutNs));
            lane.peer.unlock();
        }
        return deadlineNs;
    }
}

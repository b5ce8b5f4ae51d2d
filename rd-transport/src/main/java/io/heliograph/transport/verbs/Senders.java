package io.heliograph.transport.verbs;

import io.heliograph.bindings.verbs.Completions;
import io.heliograph.bindings.verbs.QueuePair;
import io.heliograph.transport.Clock;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.engine.Counters;
import io.heliograph.transport.queue.SubmissionRing;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes posts from the application, hands them to the device through a queue pair for each peer and work queue, and completes them; a queue
 * pair that broke is made anew when there is something to send. Thread of doWork.
 */
final class Senders {
    /** A completion of a broken queue pair comes within microseconds, or the device has gone. */
    private static final long DRAIN_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final int POST_BUDGET = 64;
    private static final int COMPLETIONS = 64;

    private final EndpointConfig config;
    private final Clock clock;
    private final RdmaDevice device;
    private final Rendezvous rendezvous;
    private final SubmissionRing submissions;
    private final Counters tally;
    private final Works works;
    private final Requests requests;
    private final PostCompletions posts;
    private final Settlement settlement;
    private final Completions completions;
    private final Lanes lanes;
    /** Requests that did not complete, of all queue pairs: no more than the completion queue has room for. */
    private int inFlight;

    Senders(
            EndpointConfig config,
            Clock clock,
            RdmaDevice device,
            Rendezvous rendezvous,
            VerbsRegions regions,
            Peers peers,
            SubmissionRing submissions,
            PostCompletions posts,
            Requests requests,
            Works works,
            Completions completions,
            Counters tally) {
        this.config = config;
        this.clock = clock;
        this.device = device;
        this.rendezvous = rendezvous;
        this.submissions = submissions;
        this.posts = posts;
        this.requests = requests;
        this.works = works;
        this.completions = completions;
        this.tally = tally;
        lanes = new Lanes(clock, peers);
        settlement = new Settlement(works, regions, posts);
    }

    int doWork() {
        if (rendezvous.isDeviceGone()) {
            return abandonAll() + takePosts(POST_BUDGET);
        }
        int work = takePosts(POST_BUDGET) + handOver() + poll();
        return lanes.isAnyWaiting() ? work + checkDeadlines() : work;
    }

    private int takePosts(int budget) {
        int count = 0;
        for (long entry = submissions.peek(); entry != 0 && count < budget; entry = submissions.peek()) {
            int slot = works.take();
            if (slot == Works.NONE) {
                break; // not while posts are counted until their completions are polled
            }
            SendLane lane = lanes.of(SubmissionRing.peer(entry), SubmissionRing.queue(entry));
            works.fill(slot, entry);
            submissions.advance();
            lane.append(works, slot);
            if (rendezvous.isDeviceGone()) {
                abandon(lane);
            } else if (lane.state == SendLane.State.READY) {
                lanes.activate(lane);
            } else if (lane.state == SendLane.State.IDLE) {
                connect(lane);
            }
            count++;
        }
        return count;
    }

    // ------------------------------------------------------------------ to the device

    private int handOver() {
        int work = 0;
        for (int i = lanes.activeCount() - 1; i >= 0; i--) {
            SendLane lane = lanes.active(i);
            if (lane.state == SendLane.State.READY) {
                work += handOver(lane);
            }
            if (lane.state != SendLane.State.READY || lane.unhanded == Works.NONE) {
                lanes.deactivate(i);
            }
        }
        return work;
    }

    private int roomOf(SendLane lane) {
        return device.sends() - (lane.requested - lane.completed);
    }

    private int handOver(SendLane lane) {
        int count = requests.describe(
                lane, Math.min(roomOf(lane), device.sendQueue().entries() - inFlight));
        if (count > 0) {
            int taken = pairOf(lane).postSend(requests.chain(), count);
            lane.requested += count;
            inFlight += count;
            tally.add(EndpointCounter.DATA_SENT, Math.max(taken, 0));
            tally.add(EndpointCounter.PAYLOAD_BYTES_SENT, requests.describedBytes());
            if (taken < count) {
                // Never for want of room: the queue pair or the device has failed, and not all of it will complete.
                rendezvous.fail(initiationOf(lane));
                broken(lane, false);
            }
        }
        retire(lane); // posts that were passed over
        return count;
    }

    // ------------------------------------------------------------------ from the device

    private int poll() {
        int count = device.sendQueue().poll(completions, COMPLETIONS);
        for (int i = 0; i < count; i++) {
            long id = completions.id(i);
            SendLane lane = lanes.get((int) (id >>> 32));
            boolean isPresent = (lane.state == SendLane.State.READY || lane.state == SendLane.State.DRAINING)
                    && pairOf(lane).number() == completions.queuePair(i);
            if (isPresent) {
                completed(lane, (int) id, completions.isSuccess(i), completions.isRefused(i));
            }
        }
        return Math.max(count, 0);
    }

    private void completed(SendLane lane, int number, boolean success, boolean refused) {
        inFlight -= number - lane.completed;
        if (lane.state == SendLane.State.READY) {
            lane.completed = success ? number : number - 1;
            retire(lane);
            if (!success) {
                broken(lane, refused);
            }
        }
        lane.completed = number;
        if (lane.state == SendLane.State.DRAINING && number == lane.requested) {
            drained(lane);
        }
    }

    /** Completes the oldest posts whose requests have. */
    private void retire(SendLane lane) {
        while (lane.head != lane.unhanded && works.lastRequest[lane.head] - lane.completed <= 0) {
            complete(lane, works.status[lane.head]);
        }
    }

    private void complete(SendLane lane, int status) {
        int slot = lane.removeFirst(works);
        posts.put(status, lane.peer.number, lane.queue, works.cookie[slot], works.lengthBytes[slot]);
        works.give(slot);
    }

    // ------------------------------------------------------------------ queue pairs come and go

    private void connect(SendLane lane) {
        int slot = lane.head;
        boolean asks = lane.refused && slot != Works.NONE;
        Initiation initiation = new Initiation(
                rendezvous,
                lane.peer,
                lane.queue,
                asks ? works.remoteKey[slot] : 0,
                asks ? works.remoteAddress[slot] : 0,
                asks ? works.lengthBytes[slot] : Hello.NOT_REFUSED);
        lane.initiation = initiation;
        lanes.enter(lane, SendLane.State.CONNECTING, config.peerTimeoutNs());
        rendezvous.connect(initiation);
    }

    /** See {@link Outcomes#connected}. */
    void connected(Initiation initiation, int incarnation, int reason) {
        SendLane lane = laneOf(initiation);
        if (lane == null) {
            return;
        }
        posts.learn(lane.peer, incarnation);
        boolean restarted = lane.incarnation != 0 && lane.incarnation != incarnation;
        lane.incarnation = incarnation;
        if (restarted) {
            settlement.settle(lane, Settlement.Fate.RESTARTED);
        } else if (lane.refused && !lane.isEmpty()) {
            works.flushFencedAfter(lane.head);
            complete(lane, reason == CompletionStatus.SUCCESS ? CompletionStatus.BAD_KEY : reason);
            settlement.settle(lane, Settlement.Fate.AGAIN);
        } else if (settlement.settle(lane, Settlement.Fate.DOUBTFUL) > 0) {
            posts.event(lane.peer, CompletionStatus.PEER_GONE);
        }
        lane.refused = false;
        lanes.enter(lane, SendLane.State.READY, 0);
        tally.add(EndpointCounter.RELATIONS, 1);
        lanes.activate(lane);
    }

    /** See {@link Outcomes#ended(Initiation)}. */
    void ended(Initiation initiation) {
        SendLane lane = laneOf(initiation);
        if (lane != null && lane.state == SendLane.State.READY) {
            broken(lane, false);
            if (lane.completed == lane.requested) {
                drained(lane);
            }
        }
    }

    /** The lane that an initiation is for; null if that gave it up. */
    private @Nullable SendLane laneOf(Initiation initiation) {
        SendLane lane = initiation.peer.lanes[initiation.queue];
        return lane != null && lane.initiation == initiation ? lane : null;
    }

    private void broken(SendLane lane, boolean refused) {
        lane.refused = refused;
        for (int slot = lane.head; slot != Works.NONE; slot = works.next[slot]) {
            works.stale[slot] = true;
        }
        lanes.enter(lane, SendLane.State.DRAINING, DRAIN_NS);
    }

    private void drained(SendLane lane) {
        discard(lane);
        lane.refused &= !lane.isEmpty();
        if (!lane.refused) {
            settlement.settle(lane, Settlement.Fate.SOURCE_GONE);
        }
        if (!lane.isEmpty()) {
            connect(lane);
        }
    }

    private void discard(SendLane lane) {
        inFlight -= lane.requested - lane.completed;
        lane.requested = 0;
        lane.completed = 0;
        rendezvous.discard(initiationOf(lane));
        lane.initiation = null;
        lanes.enter(lane, SendLane.State.IDLE, 0);
    }

    private int checkDeadlines() {
        long nowNs = clock.nowNs();
        int work = 0;
        for (int i = 0; i < lanes.count(); i++) {
            SendLane lane = lanes.get(i);
            if (lane.isOverdue(nowNs)) {
                work++;
                if (lane.state == SendLane.State.DRAINING) {
                    drained(lane);
                } else {
                    discard(lane);
                    abandon(lane);
                }
            }
        }
        return work;
    }

    /** Of the queue pair of a lane that is ready; 0 otherwise. */
    long queuePairAddress(int peer, int queue) {
        SendLane lane = lanes.of(peer, queue);
        return lane.state == SendLane.State.READY ? pairOf(lane).address() : 0;
    }

    /** When the first waiting lane gives up. */
    long nextDeadlineNs() {
        return lanes.nextDeadlineNs();
    }

    private int abandonAll() {
        int work = 0;
        for (int i = 0; i < lanes.count(); i++) {
            work += abandon(lanes.get(i));
        }
        return work;
    }

    /** Completes all posts of a lane as if the peer had gone. */
    private int abandon(SendLane lane) {
        lane.refused = false;
        int count = settlement.settle(lane, Settlement.Fate.GONE);
        if (count > 0) {
            posts.event(lane.peer, CompletionStatus.PEER_GONE);
        }
        return count;
    }

    private static Initiation initiationOf(SendLane lane) {
        Initiation initiation = lane.initiation;
        if (initiation == null) {
            throw new IllegalStateException("lane without a queue pair: state=" + lane.state);
        }
        return initiation;
    }

    private static QueuePair pairOf(SendLane lane) {
        return initiationOf(lane).pair();
    }
}

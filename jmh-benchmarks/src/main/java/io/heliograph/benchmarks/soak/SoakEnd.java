package io.heliograph.benchmarks.soak;

import io.heliograph.benchmarks.session.Message;
import io.heliograph.benchmarks.session.Pattern;
import io.heliograph.benchmarks.session.RemoteRegion;
import io.heliograph.benchmarks.session.Rendezvous;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.transport.Clock;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SystemClock;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;

/**
 * One end of a soak: sends to the other and checks what comes from it, on the thread that calls {@link #run}. While traffic moves that
 * allocates nothing; what re-registrations, restarts and the first seconds after those allocate is set apart.
 *
 * <p>One of the two, the coordinator, says when an endpoint begins anew and when all is over, so that the two never say different things
 * at once.
 */
public final class SoakEnd implements CompletionHandler {

    private static final int POSTS_PER_TURN = 4;
    /** An end posts at least one message for so many that it receives. */
    private static final int LEAST_SHARE = 2;
    /** Peers and queues get their state when they are first used; a new epoch has used all of it after this. */
    private static final long SETTLE_NS = TimeUnit.SECONDS.toNanos(2);

    private static final int TURNS_BETWEEN_LOOKS = 1 << 6;

    private final SoakPlan plan;
    private final boolean coordinator;
    private final LiveEndpoint live;
    private final Tally tally;
    private final Checks checks;
    private final HeapAccount heap = new HeapAccount();
    private final Clock clock = SystemClock.INSTANCE;
    private final Outgoing[] outgoing;
    private final Incoming[] incoming;
    private final Credits credits;
    private final Reregistration reregistration;
    private final Throttle throttle;
    private final PresentEndpoint present;
    private final Conversation conversation;
    private final Meeting meeting;
    private final Ending ending;

    private boolean isMeeting;
    private boolean peerBeganAnew;
    private boolean restartTold;
    private int nextQueue;
    private int turns;
    private long beganNs;
    private long epochBeganNs;
    private long reregisterAtNs = Long.MAX_VALUE;
    private long restartAtNs = Long.MAX_VALUE;

    /**
     * @param coordinator whether this end says when to restart and stop
     * @param live makes this end's endpoints; it and its ports are closed by whoever made it
     * @param arena for the memory that is written and read
     */
    public SoakEnd(
            SoakPlan plan,
            boolean coordinator,
            Rendezvous rendezvous,
            IpAddress peerAddress,
            LiveEndpoint live,
            Arena arena,
            Tally tally,
            Checks checks) {
        this.plan = plan;
        this.coordinator = coordinator;
        this.live = live;
        this.tally = tally;
        this.checks = checks;
        Pattern pattern = new Pattern(arena, plan.largestBytes());
        credits = new Credits(arena, plan.queues(), checks);
        outgoing = new Outgoing[plan.queues()];
        incoming = new Incoming[plan.queues()];
        for (int queue = 0; queue < plan.queues(); queue++) {
            outgoing[queue] = new Outgoing(plan, coordinator, queue, tally, checks);
            incoming[queue] = new Incoming(plan, !coordinator, queue, arena, pattern, tally, checks);
        }
        reregistration = new Reregistration(arena, plan.areaBytes(), tally, checks);
        throttle = new Throttle(plan, clock.nowNs());
        present = new PresentEndpoint(live, peerAddress, pattern);
        heap.threads(present.engineThreadIds());
        conversation = new Conversation(rendezvous, peerAddress, this::describe);
        meeting = new Meeting(plan, conversation, present, credits, incoming, outgoing, this);
        ending = new Ending(conversation);
    }

    /** Memory regions that an end registers at most; a table of them is made anew with each registration. */
    public static int regions(SoakPlan plan) {
        return plan.queues() + 1 + Credits.REGIONS;
    }

    /**
     * Runs to the end.
     *
     * @throws RunFailure if the peer is gone, nothing moves any more, or the thread was interrupted
     */
    public void run() {
        heap.enter();
        meet(0);
        beganNs = clock.nowNs();
        reregisterAtNs = plan.reregisterNs() > 0 ? beganNs + plan.reregisterNs() : Long.MAX_VALUE;
        restartAtNs = plan.restartNs() > 0 ? beganNs + plan.restartNs() : Long.MAX_VALUE;
        heap.leave();
        while (!ending.isOver()) {
            present.turn(this);
            hear();
            if (!peerBeganAnew) {
                credits.tell(incoming, present.endpoint(), present.peer());
            }
            credits.take(outgoing);
            post();
            if (++turns % TURNS_BETWEEN_LOOKS == 0) {
                look();
            }
        }
        for (Incoming each : incoming) {
            each.checkGuards();
        }
        publish();
    }

    @Override
    public void onCompletion(Completion completion) {
        conversation.onProgress();
        int status = completion.status();
        switch (completion.kind()) {
            case Completion.WRITE -> {
                if (status == CompletionStatus.PEER_RESTARTED) {
                    peerBeganAnew = true;
                }
                if (completion.cookie() == Meeting.PING) {
                    meeting.onPing(status);
                } else if (completion.cookie() == Credits.COOKIE) {
                    credits.onWritten(status);
                } else {
                    outgoing[completion.queue()].onWritten(completion.cookie(), status);
                }
            }
            case Completion.IMMEDIATE -> {
                // Of the peer's former self, while the two have not met again.
                if (!isMeeting && !peerBeganAnew) {
                    incoming[completion.queue()].onImmediate(completion);
                    credits.onNews();
                }
            }
            default -> {
                if (status == CompletionStatus.PEER_RESTARTED) {
                    peerBeganAnew |= !isMeeting;
                } else {
                    checks.fail("the peer was lost: " + CompletionStatus.describe(status));
                }
            }
        }
    }

    private void post() {
        boolean behind = tally.get(Figure.POSTED) * LEAST_SHARE < tally.get(Figure.VERIFIED);
        if (peerBeganAnew || !throttle.isOpen(clock.nowNs(), behind)) {
            return;
        }
        for (int i = 0, posted = 0; i < outgoing.length && posted < POSTS_PER_TURN; i++) {
            Outgoing queue = outgoing[nextQueue];
            nextQueue = nextQueue + 1 == outgoing.length ? 0 : nextQueue + 1;
            if ((!ending.isStopping() || !queue.endsFenced())
                    && queue.post(present.endpoint(), present.peer(), present.source())) {
                throttle.onPosted();
                posted++;
            }
        }
    }

    /** What need not be looked at in each turn. */
    private void look() {
        long nowNs = clock.nowNs();
        heap.look(nowNs - epochBeganNs >= SETTLE_NS);
        publish();
        conversation.checkAlive();
        for (Outgoing queue : outgoing) {
            if (queue.isDrained()) {
                heap.enter();
                conversation.tell(queue.drained(conversation.message("drained")));
                heap.leave();
            }
        }
        boolean steady = !ending.isStopping() && !peerBeganAnew;
        if (steady && nowNs - reregisterAtNs >= 0 && reregistration.isOver()) {
            reregisterAtNs = nowNs + plan.reregisterNs();
            heap.enter();
            int queue = reregistration.begin(incoming, present.endpoint());
            conversation.tell(conversation.message("gone").with("queue", queue));
            heap.leave();
        }
        if (steady && coordinator && !restartTold) {
            coordinate(nowNs);
        }
        if (ending.isDue() && isQuiet()) {
            heap.enter();
            ending.onQuiet();
            heap.leave();
        }
    }

    private void coordinate(long nowNs) {
        if (nowNs - beganNs >= plan.durationNs()) {
            heap.enter();
            ending.stop();
            heap.leave();
        } else if (nowNs - restartAtNs >= 0) {
            restartAtNs = nowNs + plan.restartNs();
            heap.enter();
            restartOneOfTheTwo();
            heap.leave();
        }
    }

    private boolean isQuiet() {
        boolean quiet = reregistration.isOver() && credits.isQuiet();
        for (Outgoing queue : outgoing) {
            quiet &= queue.isQuiet();
        }
        return quiet;
    }

    /** Takes a message from the other end, if there is one. */
    private void hear() {
        Message message = conversation.poll();
        if (message == null) {
            return;
        }
        heap.enter();
        if (message.op().equals("restarted")) {
            survive((int) message.number("epoch", conversation.epoch() + 1L, conversation.epoch() + 1L));
        } else if (conversation.isOfThisEpoch(message)) {
            switch (message.op()) {
                case "gone" -> outgoing[queue(message)].gone();
                case "drained" -> reregister(message);
                case "region" ->
                    outgoing[queue(message)].open(
                            (int) message.number("life", 0, Integer.MAX_VALUE),
                            RemoteRegion.read(message, plan.areaBytes()));
                case "restart" -> restart();
                default -> {
                    if (!ending.hear(message)) {
                        throw Conversation.unexpected(message);
                    }
                }
            }
        }
        heap.leave();
    }

    private int queue(Message message) {
        return (int) message.number("queue", 0, plan.queues() - 1L);
    }

    private void reregister(Message drained) {
        int queue = queue(drained);
        // What fired before is polled before it is judged.
        present.pollAll(this);
        reregistration.end(incoming[queue], drained, present.endpoint());
        conversation.tell(RemoteRegion.describe(
                conversation.message("region").with("queue", queue).with("life", incoming[queue].life()),
                incoming[queue].region()));
        credits.onNews();
    }

    /** In turns, as the epochs are even or odd. */
    private void restartOneOfTheTwo() {
        if (conversation.epoch() % 2 == 0) {
            restartTold = true;
            conversation.tell(conversation.message("restart"));
        } else {
            restart();
        }
    }

    private void restart() {
        publish();
        for (Incoming each : incoming) {
            each.forget();
        }
        for (Outgoing queue : outgoing) {
            tally.add(Figure.ABANDONED, queue.outstanding());
        }
        reregistration.abandon();
        present.reopen();
        heap.threads(present.engineThreadIds());
        tally.add(Figure.RESTARTED, 1);
        int next = conversation.epoch() + 1;
        conversation.tell(Message.of("restarted").with("epoch", next));
        meet(next);
    }

    /** The other end began anew: lets everything end that was under way to its former self, and takes all regions back. */
    private void survive(int newEpoch) {
        peerBeganAnew = true;
        while (isAnythingOutstanding()) {
            present.turn(this);
            conversation.checkAlive();
        }
        for (Incoming each : incoming) {
            if (each.isRegistered()) {
                each.deregister(present.endpoint());
            }
        }
        reregistration.abandon();
        present.deregister();
        credits.deregister(present.endpoint());
        restartTold = false;
        meet(newEpoch);
    }

    private boolean isAnythingOutstanding() {
        boolean any = credits.isUnderWay();
        for (Outgoing queue : outgoing) {
            any |= queue.outstanding() > 0;
        }
        return any;
    }

    /** Begins an epoch. */
    private void meet(int epoch) {
        isMeeting = true;
        throttle.threads(present.engineThreadIds());
        meeting.hold(epoch);
        isMeeting = false;
        peerBeganAnew = false;
        meeting.awaitReady();
        epochBeganNs = clock.nowNs();
    }

    private String describe() {
        StringBuilder where = new StringBuilder("meeting=" + isMeeting + " peerBeganAnew=" + peerBeganAnew);
        for (Outgoing queue : outgoing) {
            where.append("; ").append(queue.describe());
        }
        return where.toString();
    }

    private void publish() {
        live.publish(tally);
        tally.set(Figure.TRAFFIC_HEAP_BYTES, heap.trafficBytes());
        tally.set(Figure.RAN_NS, Math.max(0, clock.nowNs() - beganNs));
    }
}

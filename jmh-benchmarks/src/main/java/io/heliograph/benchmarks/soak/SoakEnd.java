package io.heliograph.benchmarks.soak;

import io.heliograph.benchmarks.session.EngineDrive;
import io.heliograph.benchmarks.session.Message;
import io.heliograph.benchmarks.session.Pattern;
import io.heliograph.benchmarks.session.RemoteRegion;
import io.heliograph.benchmarks.session.Rendezvous;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.transport.Clock;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SystemClock;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One end of a soak: sends to the other and checks what comes from it, on the thread that calls {@link #run}. While traffic moves that
 * allocates nothing; what re-registrations, restarts and the first seconds after those allocate is set apart.
 *
 * <p>What the ends have to tell each other goes over the rendezvous. Each message there names the <em>epoch</em>, which is one more with
 * each restart; messages of an earlier one are void. One of the two, the coordinator, says when an endpoint begins anew and when all is
 * over, so that the two never say different things at once.
 */
public final class SoakEnd implements CompletionHandler {

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long PARK_NS = 50_000;
    private static final int SPINS = 100;
    private static final int POLL_LIMIT = 64;
    private static final int POSTS_PER_TURN = 4;
    /** An end posts at least one message for so many that it receives. */
    private static final int LEAST_SHARE = 2;
    /** Peers and queues get their state when they are first used; a new epoch has used all of it after this. */
    private static final long SETTLE_NS = TimeUnit.SECONDS.toNanos(2);

    private static final int TURNS_BETWEEN_LOOKS = 1 << 6;
    private static final long PING = -1;
    private static final long CREDIT = -2;
    private static final int NONE = -1;

    private final SoakPlan plan;
    private final boolean coordinator;
    private final Rendezvous rendezvous;
    private final IpAddress peerAddress;
    private final LiveEndpoint live;
    private final Tally tally;
    private final Checks checks;
    private final HeapAccount heap = new HeapAccount();
    private final Clock clock = SystemClock.INSTANCE;
    private final Outgoing[] outgoing;
    private final Incoming[] incoming;
    private final CreditWords credits;
    private final Pattern pattern;
    private final Reregistration reregistration;
    private final Throttle throttle;

    private EngineDrive engines;
    private Endpoint endpoint;
    private int peer;
    private MemoryRegion source = new MemoryRegion(0, 1, 0, 0);
    private MemoryRegion creditSource = source;
    private MemoryRegion creditTarget = source;
    private RemoteRegion remoteCredits = new RemoteRegion(0, 0, 0);
    private int epoch;
    private boolean meeting;
    private boolean peerBeganAnew;
    private boolean restartTold;
    private boolean creditUnderWay;
    private boolean creditNews;
    private int pingStatus = NONE;
    private boolean stopping;
    private boolean sentTold;
    private boolean peerSent;
    private boolean doneTold;
    private boolean peerDone;
    private int nextQueue;
    private int idleTurns;
    private int turns;
    private long progressNs;
    private long epochBeganNs;
    private long endNs = Long.MAX_VALUE;
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
        this.rendezvous = rendezvous;
        this.peerAddress = peerAddress;
        this.live = live;
        this.tally = tally;
        this.checks = checks;
        pattern = new Pattern(arena, plan.largestBytes());
        credits = new CreditWords(arena, plan.queues());
        outgoing = new Outgoing[plan.queues()];
        incoming = new Incoming[plan.queues()];
        for (int queue = 0; queue < plan.queues(); queue++) {
            outgoing[queue] = new Outgoing(plan, coordinator, queue, tally, checks);
            incoming[queue] = new Incoming(plan, !coordinator, queue, arena, pattern, tally, checks);
        }
        reregistration = new Reregistration(arena, plan.areaBytes(), tally, checks);
        progressNs = clock.nowNs();
        throttle = new Throttle(plan, progressNs);
        engines = live.engines();
        endpoint = engines.endpoint();
        heap.threads(engines.threadIds());
    }

    /**
     * Runs to the end.
     *
     * @throws RunFailure if the peer is gone, nothing moves any more, or the thread was interrupted
     */
    public void run() {
        heap.enter();
        meet(0);
        long nowNs = clock.nowNs();
        endNs = nowNs + plan.durationNs();
        reregisterAtNs = plan.reregisterNs() > 0 ? nowNs + plan.reregisterNs() : Long.MAX_VALUE;
        restartAtNs = plan.restartNs() > 0 ? nowNs + plan.restartNs() : Long.MAX_VALUE;
        heap.leave();
        while (!(doneTold && peerDone)) {
            turn();
            hear();
            tellCredits();
            takeCredits();
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

    /** A duty cycle, and completions; sleeps a little if there is nothing to do, for others may want the processor. */
    private void turn() {
        int work = engines.turn() + endpoint.poll(this, POLL_LIMIT);
        if (work > 0) {
            idleTurns = 0;
        } else if (++idleTurns < SPINS) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(PARK_NS);
        }
    }

    @Override
    public void onCompletion(Completion completion) {
        progressNs = clock.nowNs();
        int status = completion.status();
        switch (completion.kind()) {
            case Completion.WRITE -> {
                if (status == CompletionStatus.PEER_RESTARTED) {
                    peerBeganAnew = true;
                }
                if (completion.cookie() == PING) {
                    pingStatus = status;
                } else if (completion.cookie() == CREDIT) {
                    onCreditWritten(status);
                } else {
                    outgoing[completion.queue()].onWritten(completion.cookie(), status);
                }
            }
            case Completion.IMMEDIATE -> {
                // Of the peer's former self, while the two have not met again.
                if (!meeting && !peerBeganAnew) {
                    incoming[completion.queue()].onImmediate(completion);
                    creditNews = true;
                }
            }
            default -> {
                if (status == CompletionStatus.PEER_RESTARTED) {
                    peerBeganAnew |= !meeting;
                } else {
                    checks.fail("the peer was lost: " + CompletionStatus.describe(status));
                }
            }
        }
    }

    private void onCreditWritten(int status) {
        creditUnderWay = false;
        if (status != CompletionStatus.SUCCESS && status != CompletionStatus.PEER_RESTARTED) {
            checks.fail("a WRITE of credits failed: " + CompletionStatus.describe(status));
        }
    }

    /** Tells the peer's queues how far theirs got; one WRITE at a time, for two could overtake each other. */
    private void tellCredits() {
        if (!creditNews || creditUnderWay || peerBeganAnew) {
            return;
        }
        creditNews = false;
        boolean news = false;
        for (int queue = 0; queue < incoming.length; queue++) {
            news |= credits.tell(queue, incoming[queue].life(), incoming[queue].base());
        }
        if (news) {
            creditUnderWay = writeCredits(credits.lengthBytes(), CREDIT);
            creditNews = !creditUnderWay;
        }
    }

    private boolean writeCredits(long lengthBytes, long cookie) {
        int code = endpoint.write(
                plan.queues(),
                peer,
                creditSource,
                0,
                lengthBytes,
                remoteCredits.address(),
                remoteCredits.key(),
                cookie);
        if (code != Post.OK && code != Post.RING_FULL) {
            throw new RunFailure("a WRITE of credits was not taken: " + Post.describe(code));
        }
        return code == Post.OK;
    }

    private void takeCredits() {
        for (int queue = 0; queue < outgoing.length; queue++) {
            long number = credits.heard(queue, outgoing[queue].life());
            if (number > 0) {
                outgoing[queue].credit(number);
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
            if ((!stopping || !queue.endsFenced()) && queue.post(endpoint, peer, source)) {
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
        checkAlive(nowNs);
        for (Outgoing queue : outgoing) {
            if (queue.isDrained()) {
                heap.enter();
                tell(queue.drained(message("drained")));
                heap.leave();
            }
        }
        if (nowNs - reregisterAtNs >= 0 && !stopping && !peerBeganAnew && reregistration.isOver()) {
            reregisterAtNs = nowNs + plan.reregisterNs();
            heap.enter();
            int queue = reregistration.begin(incoming, endpoint);
            tell(message("gone").with("queue", queue));
            heap.leave();
        }
        if (coordinator && !stopping && !restartTold && !peerBeganAnew) {
            if (nowNs - endNs >= 0) {
                heap.enter();
                tell(message("stop"));
                stopping = true;
                heap.leave();
            } else if (nowNs - restartAtNs >= 0) {
                restartAtNs = nowNs + plan.restartNs();
                heap.enter();
                restartOneOfTheTwo();
                heap.leave();
            }
        }
        if (stopping) {
            finish();
        }
    }

    private void finish() {
        boolean quiet = reregistration.isOver() && !creditUnderWay && !creditNews;
        for (Outgoing queue : outgoing) {
            quiet &= queue.isQuiet();
        }
        if (quiet && !sentTold) {
            sentTold = true;
            tell(message("sent"));
        }
        if (quiet && peerSent && !doneTold) {
            doneTold = true;
            tell(message("done"));
        }
    }

    private void checkAlive(long nowNs) {
        if (Thread.interrupted()) {
            throw new RunFailure("interrupted");
        }
        String why = rendezvous.broken();
        if (why != null) {
            throw new RunFailure("peer " + peerAddress + " " + why + " before the soak was over");
        }
        if (nowNs - progressNs >= PATIENCE_NS) {
            StringBuilder where = new StringBuilder();
            for (Outgoing queue : outgoing) {
                where.append("; ").append(queue.describe());
            }
            throw new RunFailure("nothing moved for " + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NS) + " s: epoch="
                    + epoch + " meeting=" + meeting + " peerBeganAnew=" + peerBeganAnew + where);
        }
    }

    /** Takes a message from the other end, if there is one. */
    private void hear() {
        Message message = rendezvous.poll();
        if (message == null) {
            return;
        }
        heap.enter();
        progressNs = clock.nowNs();
        if (message.op().equals("restarted")) {
            survive((int) message.number("epoch", epoch + 1L, epoch + 1L));
        } else if (isOfThisEpoch(message)) {
            switch (message.op()) {
                case "gone" -> outgoing[queue(message)].gone();
                case "drained" -> reregister(message);
                case "region" ->
                    outgoing[queue(message)].open(
                            (int) message.number("life", 0, Integer.MAX_VALUE),
                            RemoteRegion.read(message, plan.areaBytes()));
                case "restart" -> restart();
                case "stop" -> stopping = true;
                case "sent" -> peerSent = true;
                case "done" -> peerDone = true;
                default -> throw unexpected(message);
            }
        }
        heap.leave();
    }

    private boolean isOfThisEpoch(Message message) {
        return message.number("epoch", 0, epoch) == epoch;
    }

    private int queue(Message message) {
        return (int) message.number("queue", 0, plan.queues() - 1L);
    }

    private static RunFailure unexpected(Message message) {
        return new RunFailure("the other end said " + Message.printable(message.op()) + " where that was not due");
    }

    private void reregister(Message drained) {
        int queue = queue(drained);
        // What fired before is polled before it is judged.
        pollAll();
        reregistration.end(incoming[queue], drained, endpoint);
        tell(RemoteRegion.describe(
                message("region").with("queue", queue).with("life", incoming[queue].life()), incoming[queue].region()));
        creditNews = true;
    }

    private void pollAll() {
        while (endpoint.poll(this, POLL_LIMIT) > 0) {
            // Until nothing is left.
        }
    }

    /** In turns, as the epochs are even or odd. */
    private void restartOneOfTheTwo() {
        if (epoch % 2 == 0) {
            restartTold = true;
            tell(message("restart"));
        } else {
            restart();
        }
    }

    /** Closes the own endpoint with all that is under way and opens another, as a new process would. */
    private void restart() {
        publish();
        for (Incoming each : incoming) {
            each.forget();
        }
        for (Outgoing queue : outgoing) {
            tally.add(Figure.ABANDONED, queue.outstanding());
        }
        reregistration.abandon();
        engines = live.reopen();
        endpoint = engines.endpoint();
        heap.threads(engines.threadIds());
        tally.add(Figure.RESTARTED, 1);
        tell(Message.of("restarted").with("epoch", epoch + 1));
        meet(epoch + 1);
    }

    /** The other end began anew: lets everything end that was under way to its former self, and takes all regions back. */
    private void survive(int newEpoch) {
        peerBeganAnew = true;
        progressNs = clock.nowNs();
        while (outstanding() > 0) {
            turn();
            checkAlive(clock.nowNs());
        }
        for (Incoming each : incoming) {
            if (each.isRegistered()) {
                each.deregister(endpoint);
            }
        }
        reregistration.abandon();
        endpoint.deregister(source);
        endpoint.deregister(creditSource);
        endpoint.deregister(creditTarget);
        restartTold = false;
        meet(newEpoch);
    }

    private int outstanding() {
        int sum = creditUnderWay ? 1 : 0;
        for (Outgoing queue : outgoing) {
            sum += queue.outstanding();
        }
        return sum;
    }

    /** Tells each other the regions, makes sure that a WRITE gets there, and begins an epoch. */
    private void meet(int newEpoch) {
        meeting = true;
        epoch = newEpoch;
        creditUnderWay = false;
        creditNews = false;
        throttle.threads(engines.threadIds());
        peer = endpoint.addPeer(peerAddress);
        source = endpoint.register(pattern.memory(), 0);
        creditSource = credits.registerTold(endpoint);
        creditTarget = credits.registerHeard(endpoint);
        tell(RemoteRegion.describe(message("credits"), creditTarget));
        for (int queue = 0; queue < incoming.length; queue++) {
            incoming[queue].open(endpoint, Lives.first(epoch));
            tell(RemoteRegion.describe(message("region").with("queue", queue), incoming[queue].region()));
        }
        remoteCredits = RemoteRegion.read(await("credits"), credits.lengthBytes());
        for (int queue = 0; queue < outgoing.length; queue++) {
            outgoing[queue].open(Lives.first(epoch), RemoteRegion.read(await("region"), plan.areaBytes()));
        }
        ping();
        // A new relation has begun at both ends, so nothing of the old one is to come.
        pollAll();
        meeting = false;
        peerBeganAnew = false;
        tell(message("ready"));
        await("ready");
        epochBeganNs = clock.nowNs();
    }

    private void ping() {
        long untilNs = clock.nowNs() + PATIENCE_NS;
        pingStatus = CompletionStatus.PEER_RESTARTED;
        while (pingStatus != CompletionStatus.SUCCESS) {
            if (pingStatus != CompletionStatus.PEER_RESTARTED || clock.nowNs() - untilNs >= 0) {
                throw new RunFailure("the other end cannot be written to: " + CompletionStatus.describe(pingStatus));
            }
            pingStatus = NONE;
            while (!writeCredits(0, PING)) {
                turn();
            }
            while (pingStatus == NONE) {
                turn();
                checkAlive(clock.nowNs());
            }
        }
    }

    private Message await(String op) {
        while (true) {
            Message message = rendezvous.poll();
            if (message == null) {
                turn();
                checkAlive(clock.nowNs());
            } else if (isOfThisEpoch(message)) {
                if (!message.op().equals(op)) {
                    throw unexpected(message);
                }
                progressNs = clock.nowNs();
                return message;
            }
        }
    }

    private Message message(String op) {
        return Message.of(op).with("epoch", epoch);
    }

    private void tell(Message message) {
        rendezvous.send(message);
    }

    private void publish() {
        live.publish(tally);
        tally.set(Figure.TRAFFIC_HEAP_BYTES, heap.trafficBytes());
    }
}

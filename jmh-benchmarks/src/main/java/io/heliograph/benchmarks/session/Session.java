package io.heliograph.benchmarks.session;

import io.heliograph.transport.Clock;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.verbs.VerbsEndpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint, one peer and the rendezvous between them, turned by one thread: whoever waits here for anything keeps the
 * endpoint working meanwhile, so that acknowledgements go out and a dead peer is noticed.
 *
 * <p>{@link #turn} allocates nothing. An idle thread spins, and after {@value #SPINS} empty turns yields, so that two
 * ends make progress on few processors, unless it is to {@link #busyPoll} or may {@link #awaitDevice}.
 */
public final class Session {

    private static final int SPINS = 100;
    private static final int POLL_LIMIT = 64;
    private static final int TURNS_BETWEEN_LOOKS = 1 << 8;
    private static final int TURNS_BETWEEN_LOOKS_WAITING = 1 << 2;

    private final EngineDrive engines;
    private final Endpoint endpoint;
    private final Rendezvous rendezvous;
    private final IpAddress peerAddress;
    private final int peer;
    private final Arena arena;
    private final SegmentAllocator targets;
    private final CompletionHandler dispatch = this::dispatch;
    private @Nullable Role role;
    private int lastStatus = CompletionStatus.SUCCESS;
    private IdleStrategy idle;
    private int turnsBetweenLooks = TURNS_BETWEEN_LOOKS;
    private int turns;

    /**
     * A session with a peer that was agreed with.
     *
     * @param arena for the memory that the session registers; whoever made it closes it
     * @param targets allocates memory that the endpoint can let peers write to
     */
    Session(EngineDrive engines, Arena arena, SegmentAllocator targets, Rendezvous rendezvous, IpAddress peerAddress) {
        this.engines = engines;
        this.endpoint = engines.endpoint();
        this.arena = arena;
        this.targets = targets;
        this.rendezvous = rendezvous;
        this.peerAddress = peerAddress;
        this.peer = endpoint.addPeer(peerAddress);
        idle = new BackoffIdleStrategy(SPINS, Long.MAX_VALUE, 1, 1);
    }

    /** The endpoint; do not poll it. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** The threads of the engines where they have their own; none if {@link #turn} does their work. */
    public long[] engineThreadIds() {
        return engines.threadIds();
    }

    /** The peer's number at the endpoint. */
    public int peer() {
        return peer;
    }

    /** The peer's transport address. */
    public IpAddress peerAddress() {
        return peerAddress;
    }

    /** For memory that lives as long as the session. */
    public Arena arena() {
        return arena;
    }

    /** For memory that the peer may write to, if the endpoint lets it; lives as long as the session. */
    public SegmentAllocator targets() {
        return targets;
    }

    /** The clock that the endpoint has. */
    public Clock clock() {
        return SystemClock.INSTANCE;
    }

    /** Says who takes completions from now on. */
    public void role(Role newRole) {
        role = newRole;
    }

    /** Never yields from now on: this end has a processor of its own. */
    public void busyPoll() {
        idle = BusySpinIdleStrategy.INSTANCE;
    }

    /**
     * Waits for the device from now on where there is nothing to do, if an RDMA device does the protocol: for an end that goes by completions, not by what is
     * written to its memory. Nothing happens after {@link #busyPoll}.
     */
    public void awaitDevice() {
        if (endpoint instanceof VerbsEndpoint verbs && idle != BusySpinIdleStrategy.INSTANCE) {
            idle = new DeviceIdleStrategy(verbs);
            turnsBetweenLooks = TURNS_BETWEEN_LOOKS_WAITING;
        }
    }

    /** A counter of the endpoint. */
    public long count(EndpointCounter counter) {
        return endpoint.counters().get(counter);
    }

    /**
     * One duty cycle of the endpoint, unless its engines have threads of their own, and completions to the {@link Role}.
     *
     * @throws RunFailure if the peer is gone, a WRITE failed, or the thread was interrupted
     * @throws IllegalStateException if an engine's thread threw
     */
    public void turn() {
        int work = engines.turn() + endpoint.poll(dispatch, POLL_LIMIT);
        if (lastStatus != CompletionStatus.SUCCESS) {
            throw failed();
        }
        if (++turns % turnsBetweenLooks == 0) {
            checkRendezvous();
        }
        idle.idle(work);
    }

    /** Says something to the other end. */
    public void tell(Message message) {
        rendezvous.send(message);
    }

    /** A message from the other end, if one is there; allocates nothing if none is. */
    public @Nullable Message heard() {
        Message message = rendezvous.poll();
        if (message != null) {
            idle.reset(); // what it announces should not find this end asleep
        }
        return message;
    }

    /**
     * Turns until the other end says {@code op}.
     *
     * @throws RunFailure if it says something else or is gone
     */
    public Message await(String op) {
        while (true) {
            Message message = heard();
            if (message != null) {
                if (!message.op().equals(op)) {
                    throw new RunFailure("peer " + peerAddress + " said " + Message.printable(message.op()) + " where "
                            + op + " was due: are both ends the same version of helio?");
                }
                return message;
            }
            turn();
        }
    }

    /**
     * Does something long, such as a checksum, on another thread, and turns until it is done.
     *
     * @return what it returned
     */
    public <T> T whileTurning(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().name("session-helper").start(task);
        try {
            while (!task.isDone()) {
                turn();
            }
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        } finally {
            task.cancel(true);
        }
    }

    private void checkRendezvous() {
        if (Thread.interrupted()) {
            throw new RunFailure("interrupted");
        }
        String why = rendezvous.broken();
        if (why != null) {
            throw new RunFailure("peer " + peerAddress + " " + why + " before the run was over");
        }
    }

    private RunFailure failed() {
        return lastStatus == CompletionStatus.PEER_GONE || lastStatus == CompletionStatus.PEER_RESTARTED
                ? new RunFailure("peer " + peerAddress + " is gone: " + CompletionStatus.describe(lastStatus))
                : new RunFailure("a WRITE to " + peerAddress + " failed: " + CompletionStatus.describe(lastStatus));
    }

    private void dispatch(Completion completion) {
        if (completion.status() != CompletionStatus.SUCCESS) {
            lastStatus = completion.status();
        } else if (role != null) {
            if (completion.kind() == Completion.WRITE) {
                role.onWritten(completion);
            } else if (completion.kind() == Completion.IMMEDIATE) {
                role.onImmediate(completion);
            }
        }
    }
}

package io.heliograph.benchmarks.soak;

import io.heliograph.benchmarks.session.Message;
import io.heliograph.benchmarks.session.Rendezvous;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.transport.Clock;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SystemClock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the two ends tell each other over the rendezvous: each message names the <em>epoch</em>, which is one more with each restart, and
 * messages of an earlier one are void. It also knows when to give up on the other end. One thread; {@link #checkAlive} and a {@link
 * #poll} that brings nothing allocate nothing.
 */
final class Conversation {

    static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    /** Says where an end stands, for messages to people. */
    interface State {
        String describe();
    }

    private final Rendezvous rendezvous;
    private final IpAddress peerAddress;
    private final State state;
    private final Clock clock = SystemClock.INSTANCE;
    private int epoch;
    private long progressNs = clock.nowNs();

    Conversation(Rendezvous rendezvous, IpAddress peerAddress, State state) {
        this.rendezvous = rendezvous;
        this.peerAddress = peerAddress;
        this.state = state;
    }

    int epoch() {
        return epoch;
    }

    void enter(int newEpoch) {
        epoch = newEpoch;
    }

    /** A message of this epoch. */
    Message message(String op) {
        return Message.of(op).with("epoch", epoch);
    }

    void tell(Message message) {
        rendezvous.send(message);
    }

    /** A message from the other end, of whichever epoch, if there is one. */
    @Nullable
    Message poll() {
        Message message = rendezvous.poll();
        if (message != null) {
            onProgress();
        }
        return message;
    }

    boolean isOfThisEpoch(Message message) {
        return message.number("epoch", 0, epoch) == epoch;
    }

    static RunFailure unexpected(Message message) {
        return new RunFailure("the other end said " + Message.printable(message.op()) + " where that was not due");
    }

    /** Something moved. */
    void onProgress() {
        progressNs = clock.nowNs();
    }

    /**
     * Whether there is a point in going on.
     *
     * @throws RunFailure if the peer is gone, nothing moves any more, or the thread was interrupted
     */
    void checkAlive() {
        if (Thread.interrupted()) {
            throw new RunFailure("interrupted");
        }
        String why = rendezvous.broken();
        if (why != null) {
            throw new RunFailure("peer " + peerAddress + " " + why + " before the soak was over");
        }
        if (clock.nowNs() - progressNs >= PATIENCE_NS) {
            throw new RunFailure("nothing moved for " + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NS) + " s: epoch="
                    + epoch + " " + state.describe());
        }
    }
}

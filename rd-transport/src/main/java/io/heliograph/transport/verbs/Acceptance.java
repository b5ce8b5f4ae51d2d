package io.heliograph.transport.verbs;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.verbs.MemoryAccess;
import io.heliograph.bindings.verbs.QueuePair;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A peer's TCP connection: takes its {@link Hello}, makes the queue pair that it writes through, and {@link Answer}s; afterwards the queue
 * pair lasts as long as the connection. The rendezvous' thread.
 */
final class Acceptance implements Rendezvous.Conversation {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);

    private final Rendezvous rendezvous;
    private final Acceptor acceptor;
    private final SocketChannel channel;
    private final IpAddress remote;
    private final long deadlineNs;
    private final ByteBuffer hello = ByteBuffer.allocate(Hello.BYTES);
    private @Nullable ReceiveLane lane;

    Acceptance(Rendezvous rendezvous, Acceptor acceptor, SocketChannel channel, IpAddress remote) {
        this.rendezvous = rendezvous;
        this.acceptor = acceptor;
        this.channel = channel;
        this.remote = remote;
        deadlineNs = rendezvous.nowNs() + PATIENCE_NS;
    }

    /** Whether it said nothing for too long. */
    boolean isLate(long nowNs) {
        return lane == null && nowNs - deadlineNs >= 0;
    }

    boolean isOf(Peer peer, int queue) {
        ReceiveLane present = lane;
        return present != null && present.peer == peer && present.queue == queue;
    }

    /** Whether the peer writes through the queue pair at this address. */
    boolean isOf(long address) {
        ReceiveLane present = lane;
        return present != null && present.pair.address() == address;
    }

    @Override
    public void ready(SelectionKey key) {
        try {
            if (channel.read(lane == null ? hello : ByteBuffer.allocate(1)) < 0) {
                end();
            } else if (lane == null && !hello.hasRemaining()) {
                answer(Hello.read(hello.flip()));
            }
        } catch (IOException e) {
            end();
        }
    }

    private void answer(@Nullable Hello told) throws IOException {
        // Who speaks must be who it says: its connection comes from its address.
        if (told == null || !told.address().equals(remote) || !rendezvous.isQueue(told.queue())) {
            end();
            return;
        }
        Peer peer = rendezvous.stranger(told.address());
        Answer answer = null;
        if (peer != null) {
            acceptor.supersede(this, peer, told.queue());
            answer = accept(peer, told);
        }
        if (answer == null) {
            rendezvous.tally().add(EndpointCounter.STRANGERS_REFUSED, 1);
        }
        ByteBuffer bytes = ByteBuffer.allocate(Answer.BYTES);
        (answer == null ? Answer.refusal(rendezvous.incarnation()) : answer).write(bytes);
        channel.write(bytes.flip());
        if (answer == null) {
            end();
        }
    }

    private @Nullable Answer accept(Peer peer, Hello told) {
        int index = acceptor.takeReceiver();
        if (index < 0) {
            return null;
        }
        RdmaDevice device = rendezvous.device();
        QueuePair pair = null;
        try {
            pair = device.createReceiver();
            pair.initialise(device.port(), Set.of(MemoryAccess.LOCAL_WRITE, MemoryAccess.REMOTE_WRITE));
            int posted = acceptor.postReceives(pair, index);
            int mtuBytes = Math.min(device.mtuBytes(), told.mtuBytes());
            int firstPsn = rendezvous.randomPsn();
            pair.connect(rendezvous.connection(peer.address, told.queuePair(), mtuBytes, told.firstPsn(), firstPsn));
            ReceiveLane made = new ReceiveLane(index, peer, told.queue(), pair, posted);
            lane = made;
            acceptor.keep(made);
            rendezvous.tell(outcomes -> outcomes.accepted(made, told.incarnation()));
            return new Answer(rendezvous.incarnation(), true, pair.number(), firstPsn, mtuBytes, reasonFor(told));
        } catch (EnvironmentException | IllegalArgumentException e) {
            if (pair != null) {
                Sockets.closeQuietly(pair);
            }
            acceptor.giveReceiver(index);
            return null;
        }
    }

    private int reasonFor(Hello told) {
        if (told.refusedLengthBytes() < 0) {
            return CompletionStatus.SUCCESS;
        }
        rendezvous.tally().add(EndpointCounter.ACCESS_ERROR, 1);
        return rendezvous.regions().explain(told.refusedKey(), told.refusedAddress(), told.refusedLengthBytes());
    }

    /** The connection is over: the queue pair fails, and goes once its receives came back. */
    void end() {
        Sockets.closeQuietly(channel);
        acceptor.forget(this);
        ReceiveLane present = lane;
        if (present != null) {
            lane = null;
            try {
                present.pair.fail();
            } catch (EnvironmentException e) {
                // it has gone, and the device with it
            }
            rendezvous.tell(outcomes -> outcomes.ended(present));
        }
    }
}

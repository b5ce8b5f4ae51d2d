package io.heliograph.transport.verbs;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.verbs.QueuePair;
import io.heliograph.transport.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One queue pair to a peer in the making: a TCP connection that says {@link Hello} and gets an {@link Answer}, tried again until it succeeds
 * or is cancelled; afterwards the connection lasts as long as the queue pair. The rendezvous' thread.
 */
final class Initiation implements Rendezvous.Conversation {
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(20);

    final Peer peer;
    final int queue;
    private final Rendezvous rendezvous;
    private final int refusedKey;
    private final long refusedAddress;
    private final long refusedLengthBytes;
    private final ByteBuffer answer = ByteBuffer.allocate(Answer.BYTES);

    private @Nullable SocketChannel channel;
    private @Nullable QueuePair pair;
    private int firstPsn;
    private boolean connected;
    private boolean over;
    private long retryNs;

    /** Of a post that the peer's device refused, or of none with {@link Hello#NOT_REFUSED} as its length. */
    Initiation(
            Rendezvous rendezvous, Peer peer, int queue, int refusedKey, long refusedAddress, long refusedLengthBytes) {
        this.rendezvous = rendezvous;
        this.peer = peer;
        this.queue = queue;
        this.refusedKey = refusedKey;
        this.refusedAddress = refusedAddress;
        this.refusedLengthBytes = refusedLengthBytes;
    }

    /** The queue pair, once {@link Outcomes#connected} was told. */
    QueuePair pair() {
        QueuePair present = pair;
        if (present == null) {
            throw new IllegalStateException("not connected: peer=" + peer.address + " queue=" + queue);
        }
        return present;
    }

    /** Tries to connect. */
    void start() {
        if (over) {
            return;
        }
        try {
            SocketChannel opened = SocketChannel.open();
            channel = opened;
            opened.configureBlocking(false);
            opened.bind(new InetSocketAddress(Sockets.inetAddress(rendezvous.address()), 0));
            boolean done = opened.connect(new InetSocketAddress(Sockets.inetAddress(peer.address), rendezvous.port()));
            rendezvous.watch(opened, done ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
            if (done) {
                greet(opened);
            }
        } catch (IOException | EnvironmentException e) {
            retry();
        }
    }

    @Override
    public void ready(SelectionKey key) {
        try {
            SocketChannel present = (SocketChannel) key.channel();
            if (key.isConnectable()) {
                present.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                greet(present);
            } else if (present.read(connected ? ByteBuffer.allocate(1) : answer) < 0) {
                broken();
            } else if (!connected && !answer.hasRemaining()) {
                take(Answer.read(answer.flip()));
            }
        } catch (IOException | EnvironmentException | IllegalArgumentException e) {
            broken(); // the latter: an answer that makes no sense
        }
    }

    private void greet(SocketChannel to) throws IOException {
        QueuePair made = rendezvous.device().createSender();
        pair = made;
        made.initialise(rendezvous.device().port(), Set.of());
        firstPsn = rendezvous.randomPsn();
        IpAddress own = rendezvous.address();
        ByteBuffer hello = ByteBuffer.allocate(Hello.BYTES);
        new Hello(
                        rendezvous.incarnation(),
                        queue,
                        own,
                        made.number(),
                        firstPsn,
                        rendezvous.device().mtuBytes(),
                        refusedKey,
                        refusedAddress,
                        refusedLengthBytes)
                .write(hello);
        to.write(hello.flip()); // into an empty buffer: whole
    }

    private void take(@Nullable Answer told) {
        if (told == null || !told.accepted()) {
            retry();
            return;
        }
        pair().connect(rendezvous.connection(
                peer.address, told.queuePair(), told.mtuBytes(), told.firstPsn(), firstPsn));
        connected = true;
        rendezvous.tell(outcomes -> outcomes.connected(this, told.incarnation(), told.reason()));
    }

    /** The device says that a queue pair has failed: if it is this one, the other side shall know. */
    void endIfOf(long address) {
        QueuePair present = pair;
        if (present != null && present.address() == address) {
            broken();
        }
    }

    private void broken() {
        if (!connected) {
            retry();
            return;
        }
        closeChannel();
        if (!over) {
            fail();
            rendezvous.tell(outcomes -> outcomes.ended(this));
        }
    }

    private void retry() {
        release();
        if (!over) {
            retryNs = rendezvous.nowNs() + RETRY_NS;
            rendezvous.retryLater(this);
        }
    }

    boolean isDue(long nowNs) {
        return nowNs - retryNs >= 0;
    }

    boolean isOver() {
        return over;
    }

    /** Has the queue pair's requests come back as flushed. */
    void fail() {
        QueuePair present = pair;
        if (present != null) {
            try {
                present.fail();
            } catch (EnvironmentException e) {
                // it has gone, and the device with it
            }
        }
    }

    /** Gives everything back: nobody waits for it any more. */
    void end() {
        over = true;
        release();
    }

    private void release() {
        closeChannel();
        answer.clear();
        QueuePair present = pair;
        pair = null;
        if (present != null) {
            Sockets.closeQuietly(present);
        }
    }

    private void closeChannel() {
        SocketChannel present = channel;
        channel = null;
        if (present != null) {
            Sockets.closeQuietly(present);
        }
    }
}

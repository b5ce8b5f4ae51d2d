package io.heliograph.benchmarks.session;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.transport.SystemClock;
import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;

/** Makes {@link Rendezvous} connections: one end listens, the other connects, or both are in this process. */
public final class MeetingPoint implements AutoCloseable {

    /** How long a client goes on asking a server that does not listen yet: two commands typed at the same time. */
    private static final long CONNECT_LIMIT_NS = TimeUnit.SECONDS.toNanos(5);

    private static final long CONNECT_PAUSE_MS = 50;

    private final RendezvousAddress address;
    private final ServerSocketChannel listener;

    private MeetingPoint(RendezvousAddress address, ServerSocketChannel listener) {
        this.address = address;
        this.listener = listener;
    }

    /**
     * Starts to listen; a socket file that a killed process left is replaced.
     *
     * @throws EnvironmentException if the address cannot be had
     */
    public static MeetingPoint listen(RendezvousAddress address) {
        try {
            if (address instanceof RendezvousAddress.Unix unix && Files.exists(unix.path()) && isStale(unix)) {
                Files.deleteIfExists(unix.path());
            }
            ServerSocketChannel listener = address instanceof RendezvousAddress.Unix
                    ? ServerSocketChannel.open(address.family())
                    : ServerSocketChannel.open();
            try {
                listener.bind(address.resolve(), 1);
            } catch (IOException | RuntimeException e) {
                listener.close();
                throw e;
            }
            return new MeetingPoint(address, listener);
        } catch (BindException e) {
            throw new EnvironmentException(
                    "cannot listen at " + address + ": " + e.getMessage()
                            + "; end the other server or choose another --listen or --rendezvous-port",
                    e);
        } catch (UnknownHostException e) {
            throw new EnvironmentException("cannot listen at " + address + ": the host name is unknown", e);
        } catch (IOException e) {
            throw new EnvironmentException("cannot listen at " + address + ": " + e.getMessage(), e);
        }
    }

    private static boolean isStale(RendezvousAddress.Unix unix) {
        try (SocketChannel _ = SocketChannel.open(unix.resolve())) {
            return false;
        } catch (IOException e) {
            return !Files.isRegularFile(unix.path()) && !Files.isDirectory(unix.path());
        }
    }

    /**
     * Waits for the other end, and listens no more: a run has two ends.
     *
     * @param limitNs how long at most
     * @throws EnvironmentException if nobody comes
     */
    public Rendezvous accept(long limitNs) {
        try (Selector selector = Selector.open()) {
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(limitNs)));
            SocketChannel channel = listener.accept();
            if (channel == null && Thread.currentThread().isInterrupted()) {
                throw new RunFailure("interrupted while waiting for the other end");
            }
            if (channel == null) {
                throw new EnvironmentException("nobody came to " + address + " within "
                        + TimeUnit.NANOSECONDS.toSeconds(limitNs)
                        + " s: start the client, or wait longer with --rendezvous-timeout");
            }
            channel.configureBlocking(true);
            return new Rendezvous(channel);
        } catch (IOException e) {
            throw new EnvironmentException("cannot accept at " + address + ": " + e.getMessage(), e);
        } finally {
            close();
        }
    }

    /**
     * Goes to where the other end listens, and asks again for a few seconds if it does not yet.
     *
     * @throws EnvironmentException if nobody listens there
     */
    public static Rendezvous connect(RendezvousAddress address) {
        long deadlineNs = SystemClock.INSTANCE.nowNs() + CONNECT_LIMIT_NS;
        while (true) {
            try {
                return new Rendezvous(SocketChannel.open(address.resolve()));
            } catch (UnknownHostException e) {
                throw new EnvironmentException("cannot connect to " + address + ": the host name is unknown", e);
            } catch (IOException e) {
                if (SystemClock.INSTANCE.nowNs() - deadlineNs >= 0) {
                    throw new EnvironmentException(
                            "cannot connect to " + address + ": " + e.getMessage()
                                    + "; start the same command without an address there first",
                            e);
                }
                pause();
            }
        }
    }

    /** The two ends of a connection within this process. */
    public static Rendezvous[] pair() {
        try {
            Pipe there = Pipe.open();
            Pipe back = Pipe.open();
            return new Rendezvous[] {
                new Rendezvous(new Duplex(back.source(), there.sink())),
                new Rendezvous(new Duplex(there.source(), back.sink()))
            };
        } catch (IOException e) {
            throw new EnvironmentException("cannot open a pipe: " + e.getMessage(), e);
        }
    }

    /** Stops listening; connections stay. Closing twice does nothing. */
    @Override
    public void close() {
        if (!listener.isOpen()) {
            return;
        }
        try (listener) {
            if (address instanceof RendezvousAddress.Unix unix) {
                Files.deleteIfExists(unix.path());
            }
        } catch (IOException e) {
            // A socket file that stays is replaced by the next server.
        }
    }

    private static void pause() {
        try {
            Thread.sleep(CONNECT_PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailure("interrupted while connecting", e);
        }
    }

    /** One end of two pipes. */
    private record Duplex(Pipe.SourceChannel source, Pipe.SinkChannel sink) implements ByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            return source.read(target);
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            return sink.write(bytes);
        }

        @Override
        public boolean isOpen() {
            return source.isOpen() && sink.isOpen();
        }

        @Override
        public void close() throws IOException {
            try (source;
                    sink) {
                // Both, whatever the first says.
            }
        }
    }
}

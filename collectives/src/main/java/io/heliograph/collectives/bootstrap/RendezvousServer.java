package io.heliograph.collectives.bootstrap;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.transport.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where ranks meet: in the process of rank 0, on threads of its own. Strangers are shown the door without a word, and hold nobody up: whoever comes is heard on a thread for itself, and must have said who it is, all of it, within a time. No more than so many are heard at once; whom there is no place for comes
 * again.
 */
final class RendezvousServer implements AutoCloseable {
    private static final int BACKLOG = 1024;
    static final int MOST_GREETINGS = 64;
    private static final int GREETING_TIMEOUT_MS = 5_000;
    private static final int ACCEPT_TIMEOUT_MS = 10;
    private static final int PLACE_TIMEOUT_MS = 100;

    private final RendezvousConfig config;
    private final int greetingTimeoutMs;
    private final Clock clock;
    private final ServerSocket listener;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore greetings = new Semaphore(MOST_GREETINGS);
    private final BlockingQueue<Guest> guests = new ArrayBlockingQueue<>(MOST_GREETINGS);
    private final Thread thread;
    private final AtomicInteger strangers = new AtomicInteger();
    private volatile String lastStranger = "";
    private volatile boolean closed;

    /** Somebody who knows the secret. */
    private record Guest(SealedSocket socket, Frames.Hello hello) {}

    private RendezvousServer(RendezvousConfig config, int greetingTimeoutMs, Clock clock, ServerSocket listener) {
        this.config = config;
        this.greetingTimeoutMs = greetingTimeoutMs;
        this.clock = clock;
        this.listener = listener;
        thread = Thread.ofPlatform().daemon().name("rendezvous").unstarted(this::serve);
    }

    /** Listens. */
    static RendezvousServer start(RendezvousConfig config, Clock clock) {
        return start(config, GREETING_TIMEOUT_MS, clock);
    }

    /**
     * Listens.
     *
     * @param greetingTimeoutMs what whoever comes may take to prove that it knows the secret, and to say who it is
     */
    static RendezvousServer start(RendezvousConfig config, int greetingTimeoutMs, Clock clock) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.setReuseAddress(true);
            listener.bind(new InetSocketAddress(config.host(), config.port()), BACKLOG);
            listener.setSoTimeout(ACCEPT_TIMEOUT_MS);
            RendezvousServer server = new RendezvousServer(config, greetingTimeoutMs, clock, listener);
            server.thread.start();
            return server;
        } catch (IOException e) {
            throw new EnvironmentException(
                    "rendezvous cannot listen: host=" + config.host() + " port=" + config.port() + " (" + e.getMessage()
                            + "); give a free port of this machine",
                    e);
        }
    }

    private void serve() {
        @Nullable SealedSocket[] ranks = new SealedSocket[config.size()];
        try {
            if (admitAll(ranks)) {
                listener.close();
                turnAwayTheLate();
                while (exchange(ranks)) {
                    // Until one leaves.
                }
            }
        } catch (IOException e) {
            tell(ranks, Frames.error(-1, "the rendezvous failed: " + SealedSocket.describe(e)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
            turnAwayTheLate();
            for (SealedSocket rank : ranks) {
                if (rank != null) {
                    rank.close();
                }
            }
        }
    }

    /** Until all are there; if not in time, those who are hear who is missing. */
    private boolean admitAll(@Nullable SealedSocket[] ranks) throws IOException, InterruptedException {
        long deadlineNs = clock.nowNs() + TimeUnit.MILLISECONDS.toNanos(config.timeoutMs());
        int count = 0;
        while (count < ranks.length) {
            if (closed) {
                return false;
            }
            if (clock.nowNs() - deadlineNs >= 0) {
                int missing = 0;
                StringBuilder names = new StringBuilder();
                for (int rank = ranks.length - 1; rank >= 0; rank--) {
                    if (ranks[rank] == null) {
                        missing = rank;
                        names.insert(0, (names.isEmpty() ? "" : ", ")).insert(0, rank);
                    }
                }
                tell(
                        ranks,
                        Frames.error(
                                missing,
                                "rank " + names + " did not come to the rendezvous within " + config.patience()
                                        + (strangers.get() == 0 ? "" : "; " + strangers())));
                return false;
            }
            greetNext();
            for (Guest guest = guests.poll(); guest != null; guest = guests.poll()) {
                int rank = guest.hello().rank();
                String refusal = refusal(guest.hello(), ranks);
                if (refusal != null) {
                    byte[] error = Frames.error(rank, refusal);
                    tell(ranks, error);
                    turnAway(guest, error);
                    turnAwayTheRest(ranks.length - count, error, deadlineNs);
                    return false;
                }
                ranks[rank] = guest.socket();
                count++;
            }
        }
        return true;
    }

    private String strangers() {
        return strangers.get() + " came, the last from " + lastStranger
                + ", who did not know the secret: do all ranks have the same?";
    }

    /** Whoever knows the secret and came while nobody was admitted any more, after the listener closed. */
    private void turnAwayTheLate() {
        for (Guest guest = guests.poll(); guest != null; guest = guests.poll()) {
            int rank = guest.hello().rank();
            turnAway(guest, Frames.error(rank, "rank " + rank + " came when the rendezvous was over"));
        }
    }

    /** Tells those who are still to come why there is nothing to come to, as long as a rank that is alive takes. */
    private void turnAwayTheRest(int missing, byte[] error, long deadlineNs) throws IOException, InterruptedException {
        long endNs = Math.min(deadlineNs, clock.nowNs() + TimeUnit.MILLISECONDS.toNanos(greetingTimeoutMs));
        int left = missing;
        while (left > 0 && !closed && clock.nowNs() - endNs < 0) {
            greetNext();
            for (Guest guest = guests.poll(); guest != null; guest = guests.poll()) {
                turnAway(guest, error);
                left--;
            }
        }
    }

    private static void turnAway(Guest guest, byte[] error) {
        try (SealedSocket socket = guest.socket()) {
            socket.send(error);
        } catch (IOException e) {
            // Whoever left needs no telling.
        }
    }

    private @Nullable String refusal(Frames.Hello hello, @Nullable SealedSocket[] ranks) {
        if (hello.size() != ranks.length) {
            return "rank " + hello.rank() + " came to the rendezvous with size=" + hello.size() + ", rank 0 with size="
                    + ranks.length;
        }
        if (hello.rank() < 0 || hello.rank() >= ranks.length) {
            return "rank " + hello.rank() + " came to the rendezvous, but ranks are 0 to " + (ranks.length - 1);
        }
        return ranks[hello.rank()] == null ? null : "rank " + hello.rank() + " came to the rendezvous twice";
    }

    private void greetNext() throws IOException, InterruptedException {
        Socket socket;
        try {
            socket = listener.accept();
        } catch (SocketTimeoutException e) {
            return;
        }
        if (!greetings.tryAcquire(PLACE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
            // Ranks come again.
            closeQuietly(socket);
            return;
        }
        Thread.ofVirtual().name("rendezvous-greeting").start(() -> {
            try {
                PunctualInput greeting = new PunctualInput(socket, clock, greetingTimeoutMs);
                socket.setTcpNoDelay(true);
                SealedSocket sealed = SealedSocket.accept(socket, greeting, config.secret(), random);
                guests.put(new Guest(sealed, Frames.Hello.decode(sealed.receive(greeting))));
                if (listener.isClosed()) {
                    turnAwayTheLate();
                }
            } catch (SealedSocket.StrangerException e) {
                strangers.incrementAndGet();
                lastStranger = socket.getInetAddress().getHostAddress();
                closeQuietly(socket);
            } catch (IOException e) {
                closeQuietly(socket);
            } catch (InterruptedException e) {
                closeQuietly(socket);
                Thread.currentThread().interrupt();
            } finally {
                greetings.release();
            }
        });
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    /** One exchange; false if rank 0 has left, or one failed, which all are told. */
    private boolean exchange(@Nullable SealedSocket[] ranks) {
        List<byte[]> all = new ArrayList<>();
        for (int rank = 0; rank < ranks.length; rank++) {
            SealedSocket socket = ranks[rank];
            try {
                // Rank 0 takes its time, for it decides whether there is another exchange; then the others hurry.
                all.add(socket == null ? new byte[0] : socket.receive(rank == 0 ? 0 : config.timeoutMs()));
            } catch (IOException e) {
                if (rank > 0) {
                    tell(
                            ranks,
                            Frames.error(
                                    rank,
                                    "rank " + rank + " left the rendezvous, or is late: " + SealedSocket.describe(e)));
                }
                return false;
            }
        }
        tell(ranks, Frames.result(all));
        return true;
    }

    /** Rank 0 last: when it goes on, and perhaps ends, the others have been told. */
    private static void tell(@Nullable SealedSocket[] ranks, byte[] frame) {
        for (int rank = ranks.length - 1; rank >= 0; rank--) {
            SealedSocket socket = ranks[rank];
            try {
                if (socket != null) {
                    socket.send(frame);
                }
            } catch (IOException e) {
                // Whoever left needs no telling.
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}

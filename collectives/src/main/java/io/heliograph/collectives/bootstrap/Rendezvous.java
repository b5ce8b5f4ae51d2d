package io.heliograph.collectives.bootstrap;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.transport.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One rank's place at the rendezvous: TCP to rank 0, which listens. Nothing that comes is parsed before its sender has proved to know the secret, see {@link SealedSocket}.
 *
 * <p>One thread at a time.
 */
public final class Rendezvous implements Exchange, AutoCloseable {
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int CONNECT_TIMEOUT_MS = 2_000;
    /** Beyond the server's own: it is the one who can say who is missing. */
    private static final int GRACE_MS = 5_000;

    private final RendezvousConfig config;
    private final SealedSocket socket;
    private final @Nullable RendezvousServer server;

    private Rendezvous(RendezvousConfig config, SealedSocket socket, @Nullable RendezvousServer server) {
        this.config = config;
        this.socket = socket;
        this.server = server;
    }

    /**
     * Comes to the rendezvous; rank 0 opens it. Who else has come is known after the first {@link #allGather}.
     *
     * @throws EnvironmentException if rank 0 cannot listen, or is not to be found in time
     * @throws CollectiveException if the secret is another, or there is another rank 0
     */
    public static Rendezvous join(RendezvousConfig config, Clock clock) {
        RendezvousServer server = config.rank() == 0 ? listen(config, clock) : null;
        try {
            return new Rendezvous(config, connect(config, clock), server);
        } catch (RuntimeException e) {
            if (server != null) {
                server.close();
            }
            throw e;
        }
    }

    /** Where the port is taken by another rank 0 of this job, that one tells everybody. */
    private static RendezvousServer listen(RendezvousConfig config, Clock clock) {
        try {
            return RendezvousServer.start(config, clock);
        } catch (EnvironmentException taken) {
            try (SealedSocket other = knock(config, GRACE_MS, new SecureRandom())) {
                Frames.decode(other.receive(GRACE_MS));
            } catch (IOException e) {
                // It is some other program.
            }
            throw taken;
        }
    }

    private static SealedSocket connect(RendezvousConfig config, Clock clock) {
        long deadlineNs = clock.nowNs() + config.timeout().toNanos();
        SecureRandom random = new SecureRandom();
        while (true) {
            try {
                return knock(config, config.timeoutMs(), random);
            } catch (SealedSocket.StrangerException e) {
                throw new CollectiveException(
                        0,
                        "rank 0 has another secret than rank " + config.rank() + ", at the rendezvous: host="
                                + config.host() + " port=" + config.port() + "; give all ranks the same");
            } catch (IOException e) {
                if (clock.nowNs() - deadlineNs >= 0) {
                    throw new EnvironmentException(
                            "no rendezvous: host=" + config.host() + " port=" + config.port() + " waited="
                                    + config.patience() + " (" + SealedSocket.describe(e)
                                    + "); is rank 0 there?",
                            e);
                }
                LockSupport.parkNanos(RETRY_NS);
            }
        }
    }

    /** Connects, and says who this is. */
    private static SealedSocket knock(RendezvousConfig config, int timeoutMs, SecureRandom random) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(config.host(), config.port()), CONNECT_TIMEOUT_MS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeoutMs);
            SealedSocket sealed = SealedSocket.connect(socket, config.secret(), random);
            sealed.send(new Frames.Hello(config.size(), config.rank()).encode());
            return sealed;
        } catch (IOException e) {
            closeQuietly(socket);
            throw e;
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    @Override
    public List<byte[]> allGather(byte[] mine) {
        try {
            socket.send(mine);
            return Frames.decode(socket.receive(config.timeoutMs() + GRACE_MS));
        } catch (IOException e) {
            throw new CollectiveException(
                    0, "rank 0, where the rendezvous was, is gone or silent: " + SealedSocket.describe(e));
        }
    }

    @Override
    public void close() {
        socket.close();
        if (server != null) {
            server.close();
        }
    }
}

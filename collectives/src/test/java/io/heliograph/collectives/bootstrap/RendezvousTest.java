package io.heliograph.collectives.bootstrap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.transport.SystemClock;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class RendezvousTest {
    private static final String SECRET = "sixteen bytes or more";
    private static final Duration SHORT = Duration.ofMillis(600);
    private static final Duration MEDIUM = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int GREETING_MS = 800;

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static RendezvousConfig config(int port, String secret, int rank, int size, Duration timeout) {
        return new RendezvousConfig("127.0.0.1", port, secret.getBytes(StandardCharsets.UTF_8), rank, size, timeout);
    }

    private static List<byte[]> meet(RendezvousConfig config, int exchanges) {
        try (Rendezvous rendezvous = Rendezvous.join(config, SystemClock.INSTANCE)) {
            List<byte[]> all = List.of();
            for (int i = 0; i < exchanges; i++) {
                all = rendezvous.allGather(new byte[] {(byte) i, (byte) config.rank()});
            }
            return all;
        }
    }

    /** What each does, all at once; a failure is given instead of a result. */
    private static List<Object> all(List<Callable<List<byte[]>>> ranks) throws InterruptedException {
        List<Object> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(ranks.size())) {
            List<Future<List<byte[]>>> futures = threads.invokeAll(ranks);
            for (Future<List<byte[]>> future : futures) {
                try {
                    outcomes.add(future.get());
                } catch (ExecutionException e) {
                    outcomes.add(e.getCause());
                }
            }
        }
        return outcomes;
    }

    private static void assertBlames(Object outcome, int rank, String words) {
        assertTrue(outcome instanceof CollectiveException, () -> "not a failure: " + outcome);
        CollectiveException failure = (CollectiveException) outcome;
        assertEquals(rank, failure.rank(), failure::toString);
        assertTrue(String.valueOf(failure.getMessage()).contains(words), failure::toString);
    }

    @Test
    @SuppressWarnings("unchecked")
    void shouldGiveEveryRankWhatAllGave() throws Exception {
        int port = freePort();
        List<Callable<List<byte[]>>> ranks = new ArrayList<>();
        for (int rank = 4; rank >= 0; rank--) {
            RendezvousConfig config = config(port, SECRET, rank, 5, LONG);
            ranks.add(() -> meet(config, 3));
        }
        for (Object outcome : all(ranks)) {
            List<byte[]> cards = (List<byte[]>) outcome;
            assertEquals(5, cards.size());
            for (int rank = 0; rank < 5; rank++) {
                assertArrayEquals(new byte[] {2, (byte) rank}, cards.get(rank));
            }
        }
    }

    @Test
    void shouldNameARankThatNeverComes() throws Exception {
        int port = freePort();
        for (Object outcome : all(List.of(
                () -> meet(config(port, SECRET, 0, 4, SHORT), 1), () -> meet(config(port, SECRET, 2, 4, SHORT), 1)))) {
            assertBlames(outcome, 1, "rank 1, 3 did not come");
        }
    }

    @Test
    void shouldNameARankThatComesTwice() throws Exception {
        int port = freePort();
        List<Object> outcomes = all(List.of(
                () -> meet(config(port, SECRET, 0, 3, LONG), 1),
                () -> meet(config(port, SECRET, 1, 3, LONG), 1),
                () -> meet(config(port, SECRET, 1, 3, LONG), 1)));
        outcomes.forEach(outcome -> assertBlames(outcome, 1, "came to the rendezvous twice"));
    }

    @Test
    void shouldNameARankWithAnotherSize() throws Exception {
        int port = freePort();
        List<Object> outcomes = all(List.of(
                () -> meet(config(port, SECRET, 0, 2, LONG), 1), () -> meet(config(port, SECRET, 1, 3, LONG), 1)));
        outcomes.forEach(outcome -> assertBlames(outcome, 1, "with size=3, rank 0 with size=2"));
    }

    @Test
    void shouldShowTheDoorToWhoDoesNotKnowTheSecretAndGoOn() throws Exception {
        int port = freePort();
        CountDownLatch turnedAway = new CountDownLatch(1);
        List<Object> outcomes = all(List.of(
                () -> meet(config(port, SECRET, 0, 2, LONG), 1),
                () -> {
                    try {
                        return meet(config(port, "some other secret!", 1, 2, LONG), 1);
                    } finally {
                        turnedAway.countDown();
                    }
                },
                () -> {
                    turnedAway.await();
                    return meet(config(port, SECRET, 1, 2, LONG), 1);
                }));
        assertTrue(outcomes.get(0) instanceof List, () -> "rank 0: " + outcomes.get(0));
        assertTrue(outcomes.get(2) instanceof List, () -> "rank 1: " + outcomes.get(2));
        assertBlames(outcomes.get(1), 0, "another secret");
    }

    /** One who talks nonsense, one who says nothing, and one who proves nothing get a nonce and no more. */
    @Test
    void shouldTellStrangersNothing() throws Exception {
        int port = freePort();
        byte[] nonsense = new byte[4096];
        CountDownLatch listening = new CountDownLatch(1);
        List<Object> outcomes = all(List.of(() -> meet(config(port, SECRET, 0, 2, LONG), listening), () -> {
            listening.await();
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port);
                    Socket loud = new Socket(InetAddress.getLoopbackAddress(), port)) {
                loud.getOutputStream().write(nonsense);
                InputStream in = loud.getInputStream();
                assertEquals(SealedSocket.NONCE_BYTES, in.readNBytes(SealedSocket.NONCE_BYTES).length);
                assertEquals(0, readQuietly(in));
                return meet(config(port, SECRET, 1, 2, LONG), 1);
            }
        }));
        outcomes.forEach(outcome -> assertTrue(outcome instanceof List, () -> "not met: " + outcome));
    }

    /** As many as are heard at once, each of which says a byte of nothing now and then: what a socket's own timeout would wait for, all the time. */
    @Test
    void shouldGoOnWhenStrangersHoldEveryPlace() throws Exception {
        int port = freePort();
        RendezvousConfig first = config(port, SECRET, 0, 2, LONG);
        AtomicBoolean met = new AtomicBoolean();
        List<Socket> silent = new ArrayList<>();
        try (RendezvousServer _ = RendezvousServer.start(first, GREETING_MS, SystemClock.INSTANCE)) {
            for (int i = 0; i < RendezvousServer.MOST_GREETINGS; i++) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            for (Socket each : silent) {
                // It has a place.
                assertEquals(
                        SealedSocket.NONCE_BYTES, each.getInputStream().readNBytes(SealedSocket.NONCE_BYTES).length);
            }
            Thread dripping = Thread.ofVirtual().start(() -> drip(silent, met));
            List<Object> outcomes = all(List.of(() -> meetAt(first), () -> meet(config(port, SECRET, 1, 2, LONG), 1)));
            met.set(true);
            dripping.join();
            outcomes.forEach(outcome -> assertTrue(outcome instanceof List, () -> "not met: " + outcome));
        } finally {
            for (Socket each : silent) {
                each.close();
            }
        }
    }

    private static void drip(List<Socket> sockets, AtomicBoolean over) {
        while (!over.get()) {
            // So slowly that what is to be said takes longer than ranks wait for each other.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(GREETING_MS * 3 / 4));
            for (Socket each : sockets) {
                try {
                    each.getOutputStream().write(0);
                } catch (IOException e) {
                    // It was shown the door.
                }
            }
        }
    }

    /** One exchange of a rank 0 whose server is there already: it comes again as long as there is no place, as ranks do. */
    private static List<byte[]> meetAt(RendezvousConfig config) throws IOException {
        while (true) {
            try (SealedSocket rank = SealedSocket.connect(
                    new Socket(InetAddress.getLoopbackAddress(), config.port()), config.secret(), new SecureRandom())) {
                rank.send(new Frames.Hello(config.size(), config.rank()).encode());
                rank.send(new byte[1]);
                return Frames.decode(rank.receive((int) LONG.toMillis()));
            } catch (EOFException | SocketException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(GREETING_MS / 8));
            }
        }
    }

    /** How many bytes come before the end, be it a reset. */
    private static int readQuietly(InputStream in) {
        try {
            return in.readAllBytes().length;
        } catch (IOException e) {
            return 0;
        }
    }

    /** One exchange; says when it has joined, so that rank 0 listens. */
    private static List<byte[]> meet(RendezvousConfig config, CountDownLatch joined) {
        try (Rendezvous rendezvous = Rendezvous.join(config, SystemClock.INSTANCE)) {
            joined.countDown();
            return rendezvous.allGather(new byte[1]);
        }
    }

    @Test
    void shouldSayThatSomebodyDidNotKnowTheSecretWhenARankIsMissing() throws Exception {
        int port = freePort();
        List<Object> outcomes = all(List.of(
                () -> meet(config(port, SECRET, 0, 2, MEDIUM), 1),
                () -> meet(config(port, "some other secret!", 1, 2, LONG), 1)));
        assertBlames(outcomes.get(0), 1, "1 came, the last from 127.0.0.1, who did not know the secret");
        assertBlames(outcomes.get(1), 0, "another secret than rank 1");
    }

    @Test
    void shouldNameRankZeroThatComesTwice() throws Exception {
        int port = freePort();
        CountDownLatch listening = new CountDownLatch(1);
        List<Object> outcomes = all(List.of(() -> meet(config(port, SECRET, 0, 3, LONG), listening), () -> {
            listening.await();
            return meet(config(port, SECRET, 0, 3, LONG), 1);
        }));
        outcomes.forEach(outcome -> assertBlames(outcome, 0, "rank 0 came to the rendezvous twice"));
    }

    @Test
    void shouldSayThatAnotherProgramHasThePort() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Object> outcomes = all(List.of(() -> meet(config(other.getLocalPort(), SECRET, 0, 2, LONG), 1), () -> {
                other.accept().close();
                return List.of();
            }));
            assertTrue(outcomes.getFirst() instanceof EnvironmentException, () -> "rank 0: " + outcomes.getFirst());
            assertTrue(String.valueOf(outcomes.getFirst()).contains("cannot listen"), outcomes::toString);
        }
    }

    /** It proved to know the secret while ranks were missing, and says who it is when they are all there. */
    @Test
    void shouldTurnAwayWhoComesWhenAllAreThere() throws Exception {
        int port = freePort();
        byte[] secret = SECRET.getBytes(StandardCharsets.UTF_8);
        try (Rendezvous first = Rendezvous.join(config(port, SECRET, 0, 2, LONG), SystemClock.INSTANCE);
                SealedSocket late = SealedSocket.connect(
                        new Socket(InetAddress.getLoopbackAddress(), port), secret, new SecureRandom())) {
            List<Object> met =
                    all(List.of(() -> first.allGather(new byte[1]), () -> meet(config(port, SECRET, 1, 2, LONG), 1)));
            met.forEach(outcome -> assertTrue(outcome instanceof List, () -> "not met: " + outcome));
            late.send(new Frames.Hello(2, 1).encode());
            CollectiveException refusal =
                    assertThrows(CollectiveException.class, () -> Frames.decode(late.receive((int) LONG.toMillis())));
            assertBlames(refusal, 1, "when the rendezvous was over");
        }
    }

    @Test
    void shouldSayThatThereIsNoRendezvous() throws Exception {
        int port = freePort();
        EnvironmentException failure =
                assertThrows(EnvironmentException.class, () -> meet(config(port, SECRET, 1, 2, SHORT), 1));
        assertTrue(String.valueOf(failure.getMessage()).contains("is rank 0 there?"), failure::toString);
    }

    @Test
    void shouldNameARankThatLeavesBetweenExchanges() throws Exception {
        int port = freePort();
        List<Object> outcomes = all(List.of(
                () -> meet(config(port, SECRET, 0, 3, LONG), 2),
                () -> meet(config(port, SECRET, 1, 3, LONG), 1),
                () -> meet(config(port, SECRET, 2, 3, LONG), 2)));
        assertBlames(outcomes.get(0), 1, "left the rendezvous");
        assertTrue(outcomes.get(1) instanceof List, () -> "rank 1: " + outcomes.get(1));
        assertBlames(outcomes.get(2), 1, "left the rendezvous");
    }
}

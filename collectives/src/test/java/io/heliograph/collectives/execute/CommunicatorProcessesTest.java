package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.ChildJvm;
import io.heliograph.transport.SystemClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ranks in processes of their own, met at a rendezvous; and what becomes of the others when one is killed or stopped. */
final class CommunicatorProcessesTest {
    /** The timeout, a quarter of it for the answer, and what a busy machine adds. */
    private static final long BOUND_NS = RankProcess.TIMEOUT_NS * 5 / 4 + TimeUnit.SECONDS.toNanos(8);

    private final List<ChildJvm> ranks = new ArrayList<>();

    @AfterEach
    void endAll() {
        ranks.forEach(ChildJvm::close);
    }

    private void start(String carrier, int size, String what) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        for (int rank = 0; rank < size; rank++) {
            ranks.add(ChildJvm.start(
                    RankProcess.class,
                    carrier,
                    Integer.toString(rank),
                    Integer.toString(size),
                    Integer.toString(port),
                    what));
        }
    }

    @Test
    void shouldReduceOverSharedMemoryAndLeaveNothing() throws IOException {
        start("direct", 3, "once");
        Set<String> files = new HashSet<>();
        for (ChildJvm rank : ranks) {
            files.addAll(untilReduced(rank));
            rank.await("done");
            rank.finish();
        }
        assertEquals(3, files.size(), "each saw those of the two others");
        assertNothingIsLeft(files);
    }

    private static void assertNothingIsLeft(Set<String> files) {
        for (String file : files) {
            assertFalse(Files.exists(Path.of(file)), file);
        }
    }

    /** Reads until the first reduction is over; which files the rank named before. */
    private static Set<String> untilReduced(ChildJvm rank) {
        Set<String> files = new HashSet<>();
        String line = rank.readLine();
        while (!line.equals("reduced")) {
            if (line.startsWith(RankProcess.FILE)) {
                files.add(line.substring(RankProcess.FILE.length()));
            }
            line = rank.readLine();
        }
        return files;
    }

    @Test
    void shouldReduceOverPackets() throws IOException {
        start("collectives-test-" + ProcessHandle.current().pid(), 2, "once");
        for (ChildJvm rank : ranks) {
            rank.await("done");
            rank.finish();
        }
    }

    @Test
    void shouldNameARankThatIsKilled() throws IOException {
        start("direct", 3, "forever");
        Set<String> files = new HashSet<>();
        ranks.forEach(rank -> files.addAll(untilReduced(rank)));
        long killedNs = SystemClock.INSTANCE.nowNs();
        ranks.get(1).kill();
        ranks.get(0).await("failed because of 1");
        ranks.get(2).await("failed because of 1");
        long tookNs = SystemClock.INSTANCE.nowNs() - killedNs;
        assertTrue(tookNs < BOUND_NS, "took " + tookNs + " ns");
        ranks.get(0).finish();
        ranks.get(2).finish();
        assertNothingIsLeft(files);
    }

    @Test
    void shouldNameARankThatIsKilledOverPackets() throws IOException {
        start("collectives-kill-" + ProcessHandle.current().pid(), 2, "forever");
        ranks.forEach(rank -> rank.await("reduced"));
        long killedNs = SystemClock.INSTANCE.nowNs();
        ranks.get(0).kill();
        ranks.get(1).await("failed because of 0");
        long tookNs = SystemClock.INSTANCE.nowNs() - killedNs;
        assertTrue(tookNs < BOUND_NS, "took " + tookNs + " ns");
        ranks.get(1).finish();
    }

    private static List<String> carriers() {
        return List.of("direct", "collectives-hang-" + ProcessHandle.current().pid());
    }

    /** A stopped process is there for the kernel, and holds all its memory: only that it does not answer gives it away. */
    @ParameterizedTest
    @MethodSource("carriers")
    void shouldNameARankThatHangs(String carrier) throws IOException, InterruptedException {
        start(carrier, 3, "forever");
        ranks.forEach(rank -> rank.await("reduced"));
        assertEquals(0, signal("-STOP", ranks.get(2)));
        long stoppedNs = SystemClock.INSTANCE.nowNs();
        ranks.get(0).await("failed because of 2");
        ranks.get(1).await("failed because of 2");
        long tookNs = SystemClock.INSTANCE.nowNs() - stoppedNs;
        assertTrue(tookNs < BOUND_NS, "took " + tookNs + " ns");
        assertEquals(0, signal("-CONT", ranks.get(2)));
        ranks.get(0).finish();
        ranks.get(1).finish();
        // Over packets that the others have gone may be what it notices first.
        String said = ranks.get(2).finish();
        assertTrue(said.contains(carrier.equals("direct") ? "failed because of 2\n" : "failed because of "), said);
    }

    @Test
    void shouldGoOnWithoutRanksThatAreKilled() throws IOException {
        start("direct", 5, RankProcess.UNTIL + 2);
        ranks.forEach(rank -> rank.await("reduced with 5"));
        ranks.get(1).kill();
        List<ChildJvm> left = List.of(ranks.get(0), ranks.get(2), ranks.get(3), ranks.get(4));
        for (int i = 0; i < 4; i++) {
            left.get(i).await("rebuilt as " + i + " of 4");
        }
        left.forEach(rank -> rank.await("reduced with 4"));
        // Rank 0, where the rendezvous was, and another at the same time.
        left.get(0).kill();
        left.get(2).kill();
        for (ChildJvm rank : List.of(left.get(1), left.get(3))) {
            rank.await("reduced with 2");
            rank.await("done");
            rank.finish();
        }
    }

    /** One that is stopped is there for the kernel: it is left out when the timeout has passed, and told when it goes on. */
    @ParameterizedTest
    @MethodSource("carriers")
    void shouldGoOnWithoutARankThatHangs(String carrier) throws IOException, InterruptedException {
        start(carrier, 3, RankProcess.UNTIL + 2);
        ranks.forEach(rank -> rank.await("reduced with 3"));
        assertEquals(0, signal("-STOP", ranks.get(0)));
        long stoppedNs = SystemClock.INSTANCE.nowNs();
        ranks.get(1).await("rebuilt as 0 of 2");
        ranks.get(2).await("rebuilt as 1 of 2");
        long tookNs = SystemClock.INSTANCE.nowNs() - stoppedNs;
        assertTrue(tookNs < BOUND_NS + RankProcess.TIMEOUT_NS, "took " + tookNs + " ns");
        ranks.get(1).await("done");
        ranks.get(2).await("done");
        ranks.get(1).finish();
        ranks.get(2).finish();
        assertEquals(0, signal("-CONT", ranks.get(0)));
        if (carrier.equals("direct")) {
            ranks.get(0).await("left out of the rest: rank 0");
        } else {
            // Those who could tell it are gone, and no packet of theirs waits for ever.
            String line = ranks.get(0).readLine();
            while (!line.startsWith("left out of the rest: rank 0") && !line.equals("rebuilt as 0 of 1")) {
                line = ranks.get(0).readLine();
            }
        }
        ranks.get(0).finish();
    }

    private static int signal(String signal, ChildJvm rank) throws IOException, InterruptedException {
        return new ProcessBuilder("kill", signal, Long.toString(rank.process().pid()))
                .start()
                .waitFor();
    }
}

package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.benchmarks.tour.ChildProcess;
import io.heliograph.transport.SystemClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people get wrong between the ranks of a job: every process ends, within bounds, with a sentence that names the rank and what differs. */
@Timeout(300)
class CollectiveMistakesTest {
    private static final String NAME = "mistakes-" + ProcessHandle.current().pid();
    /** Beyond what a rank is told to wait: starting, on a busy machine, and the other ranks' seconds to notice. */
    private static final long BOUND_NS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    private Path directory = Path.of("");

    private HandStartedRanks ranks = new HandStartedRanks(directory);
    private long startNs;

    @BeforeEach
    void startNone() {
        ranks = new HandStartedRanks(directory);
        startNs = SystemClock.INSTANCE.nowNs();
    }

    @AfterEach
    void endAllAndLeaveNothing() throws IOException {
        ranks.close();
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.toString().contains(NAME)).toList());
        }
    }

    private static List<String> line(String command, String... more) {
        List<String> line = new ArrayList<>(List.of(command.split(" ")));
        line.addAll(List.of("-e", "64k", "-D", "0.01", "-w", "0", "--costs", "off"));
        line.addAll(List.of(more));
        return line;
    }

    /** All end so, in time; what each said at last has all of the words. */
    private void assertAllSay(int code, int count, String... words) throws InterruptedException {
        ranks.assertAllEnd(code);
        for (int i = 0; i < count; i++) {
            ChildProcess rank = ranks.get(i);
            for (String each : words) {
                assertTrue(rank.lastSentence().contains(each), rank::said);
            }
        }
        long tookNs = SystemClock.INSTANCE.nowNs() - startNs;
        assertTrue(tookNs < BOUND_NS, "took " + tookNs + " ns");
    }

    @ParameterizedTest
    @CsvSource({
        "allreduce -d float, allreduce -d int32, type=F32, type=I32",
        "allreduce -o sum, allreduce -o max, operation=SUM, operation=MAX",
        "reducescatter -b 4k, reducescatter -b 8k, count=512, count=1024",
        "allreduce, allgather, allReduce(, allGather("
    })
    void shouldNameWhatEachCalls(String first, String second, String ofFirst, String ofSecond) throws Exception {
        int port = LauncherRun.freePort();
        ranks.start(0, 2, port, line(first));
        ranks.start(1, 2, port, line(second));
        assertAllSay(1, 2, "rank 0 called", "rank 1 called", ofFirst, ofSecond);
    }

    @Test
    void shouldNameWhatEachWaitsInWhereNobodySends() throws Exception {
        int port = LauncherRun.freePort();
        List<String> more = List.of("--port", "shm:" + NAME, "--timeout", "2", "--algorithm", "tree");
        ranks.start(0, 2, port, line("broadcast -c 0 -r 1", more.toArray(String[]::new)));
        ranks.start(1, 2, port, line("broadcast -c 0 -r 0", more.toArray(String[]::new)));
        assertAllSay(1, 2, "rank 0 in broadcast(", "root=1", "rank 1 in broadcast(", "root=0");
    }

    @Test
    void shouldNameTheSettingThatDiffers() throws Exception {
        int port = LauncherRun.freePort();
        ranks.start(0, 2, port, line("allreduce", "--timeout", "20"));
        ranks.start(1, 2, port, line("allreduce", "--timeout", "25"));
        assertAllSay(1, 2, "timeoutNs=", "20000000000", "25000000000");
    }

    @Test
    void shouldNameTheTransportThatDiffers() throws Exception {
        int port = LauncherRun.freePort();
        ranks.start(0, 2, port, line("allreduce"));
        ranks.start(1, 2, port, line("allreduce", "--port", "shm:" + NAME));
        assertAllSay(1, 2, "has another transport than rank", "DIRECT", "PACKET");
    }

    @Test
    void shouldNameARankThatIsUsedTwice() throws Exception {
        int port = LauncherRun.freePort();
        for (int rank : new int[] {0, 1, 1}) {
            ranks.start(rank, 3, port, line("allreduce"));
        }
        assertAllSay(1, 3, "rank 1 came to the rendezvous twice");
    }

    @Test
    void shouldSayThatSecretsDiffer() throws Exception {
        int port = LauncherRun.freePort();
        List<String> other = List.of("env", "HELIO_SECRET=known to strangers too");
        ranks.start(1, 2, "127.0.0.1", port, other, line("allreduce"));
        ranks.start(0, 2, port, line("allreduce", "--start-timeout", "4"));
        assertAllSay(1, 0);
        assertTrue(ranks.get(0).lastSentence().contains("rank 0 has another secret than rank 1"), ranks.get(0)::said);
        String missing = "rank 1 did not come to the rendezvous within 4.0 s; 1 came";
        assertTrue(ranks.get(1).lastSentence().contains(missing), ranks.get(1)::said);
    }

    @Test
    void shouldNameRanksThatNeverCome() throws Exception {
        ranks.start(2, 4, LauncherRun.freePort(), line("allreduce", "--start-timeout", "2"));
        ranks.start(0, 4, LauncherRun.freePort(), line("allreduce", "--start-timeout", "2"));
        assertEquals(3, ranks.get(0).await(HandStartedRanks.LIMIT_SECONDS), ranks.get(0)::said);
        assertTrue(ranks.get(0).lastSentence().contains("is rank 0 there?"), ranks.get(0)::said);
        assertEquals(1, ranks.get(1).await(HandStartedRanks.LIMIT_SECONDS), ranks.get(1)::said);
        assertTrue(ranks.get(1).lastSentence().contains("rank 1, 2, 3 did not come"), ranks.get(1)::said);
    }
}

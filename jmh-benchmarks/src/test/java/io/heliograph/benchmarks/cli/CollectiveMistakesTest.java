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
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people get wrong between the ranks of a job: every process ends, within bounds, with a sentence that names the rank and what differs. The jobs of a group run side by side, for most of their time is starting and waiting. */
@Timeout(300)
class CollectiveMistakesTest {
    private static final String NAME = "mistakes-" + ProcessHandle.current().pid();
    /** Beyond what a rank is told to wait: starting side by side, on a busy machine, and the other ranks' seconds to notice. */
    private static final long BOUND_NS = TimeUnit.SECONDS.toNanos(80);

    @TempDir
    private Path directory = Path.of("");

    private final List<HandStartedRanks> jobs = new ArrayList<>();

    /** Starts the ranks of a job that meets at a port. */
    private interface Start {
        void at(HandStartedRanks ranks, int port) throws IOException;
    }

    /** Looks how they end. */
    private interface Check {
        void of(HandStartedRanks ranks) throws InterruptedException;
    }

    @AfterEach
    void endAllAndLeaveNothing() throws IOException {
        jobs.forEach(HandStartedRanks::close);
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.toString().contains(NAME)).toList());
        }
    }

    /** Starts a job at once; the test waits for its end. */
    private DynamicTest job(String name, Start start, Check check) throws IOException {
        HandStartedRanks ranks = new HandStartedRanks(Files.createDirectory(directory.resolve("job" + jobs.size())));
        jobs.add(ranks);
        start.at(ranks, LauncherRun.freePort());
        return DynamicTest.dynamicTest(name, () -> check.of(ranks));
    }

    private static List<String> line(String command, String... more) {
        List<String> line = new ArrayList<>(List.of(command.split(" ")));
        line.addAll(List.of("-e", "64k", "-D", "0.01", "-w", "0", "--costs", "off"));
        line.addAll(List.of(more));
        return line;
    }

    /** All end so, in time; what each of the first so many said at last has all of the words. */
    private static Check allSay(int code, int count, String... words) {
        long startNs = SystemClock.INSTANCE.nowNs();
        return ranks -> {
            ranks.assertAllEnd(code);
            for (int i = 0; i < count; i++) {
                ChildProcess rank = ranks.get(i);
                for (String each : words) {
                    assertTrue(rank.lastSentence().contains(each), rank::said);
                }
            }
            long tookNs = SystemClock.INSTANCE.nowNs() - startNs;
            assertTrue(tookNs < BOUND_NS, "took " + tookNs + " ns");
        };
    }

    private DynamicTest calls(String first, String second, String ofFirst, String ofSecond) throws IOException {
        return job(
                first + " with " + second,
                (ranks, port) -> {
                    ranks.start(0, 2, port, line(first));
                    ranks.start(1, 2, port, line(second));
                },
                allSay(1, 2, "rank 0 called", "rank 1 called", ofFirst, ofSecond));
    }

    @TestFactory
    List<DynamicTest> shouldNameWhatEachCalls() throws IOException {
        return List.of(
                calls("allreduce -d float", "allreduce -d int32", "type=F32", "type=I32"),
                calls("allreduce -o sum", "allreduce -o max", "operation=SUM", "operation=MAX"),
                calls("reducescatter -b 4k", "reducescatter -b 8k", "count=512", "count=1024"),
                calls("allreduce", "allgather", "allReduce(", "allGather("));
    }

    @TestFactory
    List<DynamicTest> shouldNameWhatDiffersAtTheStart() throws IOException {
        return List.of(
                job(
                        "a setting",
                        (ranks, port) -> {
                            ranks.start(0, 2, port, line("allreduce", "--timeout", "20"));
                            ranks.start(1, 2, port, line("allreduce", "--timeout", "25"));
                        },
                        allSay(1, 2, "timeoutNs=", "20000000000", "25000000000")),
                job(
                        "the transport",
                        (ranks, port) -> {
                            ranks.start(0, 2, port, line("allreduce"));
                            ranks.start(1, 2, port, line("allreduce", "--port", "shm:" + NAME));
                        },
                        allSay(1, 2, "has another transport than rank", "DIRECT", "PACKET")),
                job(
                        "a rank that is used twice",
                        (ranks, port) -> {
                            for (int rank : new int[] {0, 1, 1}) {
                                ranks.start(rank, 3, port, line("allreduce"));
                            }
                        },
                        allSay(1, 3, "rank 1 came to the rendezvous twice")));
    }

    /** Times run here, so that few are started at once. */
    @TestFactory
    List<DynamicTest> shouldNameWhoIsWaitedForInVain() throws IOException {
        List<String> packets = List.of("--port", "shm:" + NAME, "--timeout", "2", "--algorithm", "tree");
        return List.of(
                job(
                        "another secret",
                        (ranks, port) -> {
                            List<String> other = List.of("env", "HELIO_SECRET=known to strangers too");
                            ranks.start(1, 2, "127.0.0.1", port, other, line("allreduce"));
                            ranks.start(0, 2, port, line("allreduce", "--start-timeout", "5"));
                        },
                        ranks -> {
                            ranks.assertAllEnd(1);
                            assertTrue(
                                    ranks.get(0).lastSentence().contains("rank 0 has another secret than rank 1"),
                                    ranks.get(0)::said);
                            String missing = "rank 1 did not come to the rendezvous within 5.0 s; 1 came";
                            assertTrue(ranks.get(1).lastSentence().contains(missing), ranks.get(1)::said);
                        }),
                job(
                        "no rank 0",
                        (ranks, port) -> ranks.start(2, 4, port, line("allreduce", "--start-timeout", "2")),
                        ranks -> {
                            ranks.assertAllEnd(3);
                            assertTrue(ranks.get(0).lastSentence().contains("is rank 0 there?"), ranks.get(0)::said);
                        }),
                job(
                        "no other rank",
                        (ranks, port) -> ranks.start(0, 4, port, line("allreduce", "--start-timeout", "2")),
                        allSay(1, 1, "rank 1, 2, 3 did not come")),
                job(
                        "a root that sends nothing",
                        (ranks, port) -> {
                            ranks.start(0, 2, port, line("broadcast -c 0 -r 1", packets.toArray(String[]::new)));
                            ranks.start(1, 2, port, line("broadcast -c 0 -r 0", packets.toArray(String[]::new)));
                        },
                        allSay(1, 2, "rank 0 in broadcast(", "root=1", "rank 1 in broadcast(", "root=0")));
    }
}

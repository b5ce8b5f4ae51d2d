package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.benchmarks.tour.ChildProcess;
import io.heliograph.transport.SystemClock;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The processes of a job, each started with the variables that a launcher would give it; none outlives {@link #close}. */
final class HandStartedRanks implements AutoCloseable {
    static final long LIMIT_SECONDS = 90;

    private static final String SECRET = "known to these ranks alone";

    private final Path directory;
    private final List<ChildProcess> ranks = new ArrayList<>();

    /** None are started; what they say goes into files there. */
    HandStartedRanks(Path directory) {
        this.directory = directory;
    }

    /** Starts so many, on this machine. */
    void start(int size, List<String> arguments) throws IOException {
        int port = LauncherRun.freePort();
        for (int rank = 0; rank < size; rank++) {
            start(rank, size, "127.0.0.1", port, List.of(), arguments);
        }
    }

    /** Starts one more, on this machine. */
    void start(int rank, int size, int port, List<String> arguments) {
        start(rank, size, "127.0.0.1", port, List.of(), arguments);
    }

    /** Starts one more, that says it is this rank, by a command in front of its own, which may set other variables. */
    void start(int rank, int size, String master, int port, List<String> before, List<String> arguments) {
        List<String> prefix = new ArrayList<>(List.of(
                "env",
                "RANK=" + rank,
                "WORLD_SIZE=" + size,
                "MASTER_ADDR=" + master,
                "MASTER_PORT=" + port,
                "HELIO_SECRET=" + SECRET));
        prefix.addAll(before);
        ranks.add(ChildProcess.start(prefix, directory.resolve("rank" + ranks.size()), arguments));
    }

    /** The process that was started at that place, from 0. */
    ChildProcess get(int index) {
        return ranks.get(index);
    }

    /** Waits for all, each of which ends with this code. */
    void assertAllEnd(int code) throws InterruptedException {
        for (ChildProcess rank : ranks) {
            assertEquals(code, rank.await(LIMIT_SECONDS), rank::said);
        }
    }

    /** Waits until one has said something. */
    void awaitSaid(int index, String words) throws IOException, InterruptedException {
        ChildProcess rank = ranks.get(index);
        long endNs = SystemClock.INSTANCE.nowNs() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        try (WatchService written = FileSystems.getDefault().newWatchService()) {
            directory.register(written, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            while (!rank.said().contains(words)) {
                long leftNs = endNs - SystemClock.INSTANCE.nowNs();
                assertTrue(leftNs > 0 && rank.process().isAlive(), rank::said);
                WatchKey key = written.poll(leftNs, TimeUnit.NANOSECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
            }
        }
    }

    @Override
    public void close() {
        ranks.forEach(ChildProcess::close);
    }
}

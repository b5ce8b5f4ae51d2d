package io.heliograph.benchmarks.forward;

import io.heliograph.bindings.EnvironmentException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long a thread of another process ran, as the kernel's scheduler counts it ({@code /proc/PID/task/TID/schedstat}). */
final class ProcessorTime {

    private final Path statistics;

    private ProcessorTime(Path statistics) {
        this.statistics = statistics;
    }

    /** Of the thread that EAL named after that lcore: lcore-worker-1 in DPDK 22.11, dpdk-worker1 since 23.11. */
    static ProcessorTime ofLcore(long pid, String lcore) throws IOException {
        Path tasks = Path.of("/proc", Long.toString(pid), "task");
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                if (Files.readString(thread.resolve("comm")).strip().matches(".*worker-?" + lcore)) {
                    return new ProcessorTime(thread.resolve("schedstat"));
                }
            }
        }
        throw new EnvironmentException(
                "testpmd has no forwarding thread: pid=" + pid + " lcore=" + lcore + "; use a DPDK of 22.11 or later");
    }

    /** Nanoseconds so far; exact while the thread sleeps. */
    long ns() throws IOException {
        String line = Files.readString(statistics);
        return Long.parseLong(line.substring(0, line.indexOf(' ')));
    }
}

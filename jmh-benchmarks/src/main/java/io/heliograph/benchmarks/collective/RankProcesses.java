package io.heliograph.benchmarks.collective;

import io.heliograph.bindings.EnvironmentException;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The processes of a job on this machine; none outlives this object's {@link #close}. */
final class RankProcesses implements AutoCloseable {
    private static final long LOOK_MS = 50;
    private static final long KIND_SECONDS = 5;

    private final List<Process> processes = new ArrayList<>();
    private final int firstRank;

    private RankProcesses(int firstRank) {
        this.firstRank = firstRank;
    }

    /**
     * Starts ranks {@code firstRank} to {@code size - 1}; their output is this process's.
     *
     * @param boundToStdin whether their input is a pipe whose other end is here, so that they see this process end; else there is none
     * @throws EnvironmentException if a process cannot be started
     */
    static RankProcesses start(
            JobEnvironment job, int firstRank, int size, boolean boundToStdin, List<String> command) {
        RankProcesses started = new RankProcesses(firstRank);
        try {
            for (int rank = firstRank; rank < size; rank++) {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .redirectInput(
                                boundToStdin
                                        ? ProcessBuilder.Redirect.PIPE
                                        : ProcessBuilder.Redirect.from(new File("/dev/null")));
                builder.environment().putAll(job.of(rank));
                started.processes.add(builder.start());
            }
            return started;
        } catch (IOException e) {
            started.close();
            throw new EnvironmentException("cannot start " + command.getFirst() + ": " + e.getMessage(), e);
        }
    }

    /** A rank that ended with another code than 0, and the code. */
    record Failure(int rank, int code) {}

    /** Waits until all ended, or one failed and the others had some seconds to notice; the failures in the order in which they were seen. */
    List<Failure> await() throws InterruptedException {
        List<Failure> failures = new ArrayList<>();
        boolean[] ended = new boolean[processes.size()];
        long patienceMs = TimeUnit.SECONDS.toMillis(KIND_SECONDS);
        int left = processes.size();
        while (left > 0 && (failures.isEmpty() || patienceMs > 0)) {
            for (int i = 0; i < ended.length; i++) {
                Process process = processes.get(i);
                if (!ended[i] && !process.isAlive()) {
                    ended[i] = true;
                    left--;
                    if (process.exitValue() != 0) {
                        failures.add(new Failure(firstRank + i, process.exitValue()));
                    }
                }
            }
            if (left > 0) {
                Thread.sleep(LOOK_MS);
                patienceMs -= failures.isEmpty() ? 0 : LOOK_MS;
            }
        }
        return failures;
    }

    /** Ends those that still run: kindly, and if that does not help, not. */
    @Override
    public void close() {
        processes.forEach(Process::destroy);
        boolean interrupted = false;
        for (Process process : processes) {
            try {
                if (!process.waitFor(KIND_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

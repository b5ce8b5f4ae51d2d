package io.heliograph.benchmarks.collective;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that is a job of ranks. */
public final class JobOptions {
    private static final double LEAST_SECONDS = 0.1;
    private static final double MOST_SECONDS = 86_400;

    @Option(
            names = {"-n", "--ranks"},
            paramLabel = "N",
            description = "Processes to start on this machine (default: ${DEFAULT-VALUE}). Under mpirun, mpiexec, srun,"
                    + " torchrun or helio launch their number counts.")
    private int ranks = 2;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long a call waits for another rank (default: ${DEFAULT-VALUE}).")
    private double timeoutSeconds = 30;

    @Option(
            names = "--start-timeout",
            paramLabel = "SECONDS",
            description = "How long ranks wait at the start until all have come (default: two minutes, five where each"
                    + " loads an engine; --timeout if that is longer).")
    private @Nullable Double startTimeoutSeconds;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    private @Nullable Path json;

    @Option(names = "--bound-to-stdin", hidden = true)
    private boolean boundToStdin;

    /** Made by the command line. */
    public JobOptions() {}

    /** How many processes to start. */
    public int ranks() {
        return ranks;
    }

    /** How long a call waits. */
    public double timeoutSeconds() {
        return timeoutSeconds;
    }

    /** The same in nanoseconds. */
    public long timeoutNs() {
        return (long) (timeoutSeconds * TimeUnit.SECONDS.toNanos(1));
    }

    /**
     * How long to wait at the start until all have come.
     *
     * @param usualNs unless the user says, or has a call wait for longer
     * @throws IllegalArgumentException if the user said what is no such time
     */
    public Duration patience(long usualNs) {
        Double seconds = startTimeoutSeconds;
        if (seconds == null) {
            return Duration.ofNanos(Math.max(timeoutNs(), usualNs));
        }
        if (!(seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS)) {
            throw new IllegalArgumentException(
                    "--start-timeout " + seconds + ": from " + LEAST_SECONDS + " to " + MOST_SECONDS);
        }
        return Duration.ofMillis((long) (seconds * TimeUnit.SECONDS.toMillis(1)));
    }

    /** Where the report goes. */
    public @Nullable Path json() {
        return json;
    }

    /** Whether this is one of those that were started, which ends when its standard input does. */
    public boolean isBoundToStdin() {
        return boundToStdin;
    }
}

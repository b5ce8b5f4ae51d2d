package io.heliograph.benchmarks.collective;

import io.heliograph.benchmarks.cli.Interruption;
import io.heliograph.benchmarks.cli.StdinWatch;
import io.heliograph.benchmarks.tour.ChildProcess;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.collectives.bootstrap.Job;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Has a command be one rank of a job on this machine: of a launcher's, or rank 0 of processes that it starts itself. */
public final class RankJob {
    private static final int FAILED = 1;

    private RankJob() {}

    /** What a rank does. */
    @FunctionalInterface
    public interface Part {
        /**
         * Does it.
         *
         * @param environment where the job's variables are
         * @param launcher who started the ranks, for people
         * @return exit code
         */
        int take(Job job, Map<String, String> environment, String launcher) throws InterruptedException;
    }

    /**
     * Does the part of this process, and, where it started the others, waits for them. They do not outlive it.
     *
     * @param boundToStdin whether this is one of those that were started, which ends when its standard input does
     * @param ranks how many to start where there is no launcher; looks for mistakes first
     * @param arguments of helio, for those that are started
     * @return exit code
     */
    public static int run(boolean boundToStdin, IntSupplier ranks, List<String> arguments, Part part)
            throws InterruptedException {
        if (boundToStdin) {
            StdinWatch.start();
        }
        Map<String, String> environment = System.getenv();
        Optional<Job> job;
        try {
            job = Job.of(environment);
        } catch (IllegalArgumentException e) {
            throw new EnvironmentException(String.valueOf(e.getMessage()), e);
        }
        try (Interruption _ = Interruption.ofThisThread()) {
            if (job.isPresent()) {
                return part.take(job.get(), environment, job.get().launcher());
            }
            int size = ranks.getAsInt();
            JobEnvironment own = JobEnvironment.create(size);
            Job first = Job.of(own.of(0)).orElseThrow();
            try (RankProcesses others =
                    RankProcesses.start(own, 1, size, true, ChildProcess.commandLine(List.of(), arguments))) {
                int code = part.take(first, own.of(0), "this command");
                return others.await().isEmpty() ? code : FAILED;
            }
        }
    }
}

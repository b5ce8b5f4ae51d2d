package io.heliograph.benchmarks.emulator;

import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.emulator.experiment.Experiment;
import io.heliograph.emulator.experiment.ExperimentRun;
import io.heliograph.emulator.experiment.RunMonitor;
import io.heliograph.emulator.experiment.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** All runs of an experiment, several at once, each by one thread; an interrupt of the thread that waits for them ends them. */
final class EmulatedRuns {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Experiment experiment;
    private final List<String> modes;
    private final List<Long> seeds;
    private final boolean samples;
    private final @Nullable Path captures;
    private final AtomicLong completedBytes = new AtomicLong();
    private final List<RunResult> results = new ArrayList<>();
    private final IdentityHashMap<RunResult, Double> wallSeconds = new IdentityHashMap<>();
    private double processorSeconds;
    private volatile boolean cancelled;

    private record Timed(@Nullable RunResult result, double wallSeconds, double processorSeconds) {}

    /**
     * Nothing runs yet.
     *
     * @param samples whether the first run of each mode is sampled over time
     * @param captures directory for captures, or null
     */
    EmulatedRuns(
            Experiment experiment, List<String> modes, List<Long> seeds, boolean samples, @Nullable Path captures) {
        this.experiment = experiment;
        this.modes = modes;
        this.seeds = seeds;
        this.samples = samples;
        this.captures = captures;
    }

    /** How many there are. */
    int count() {
        return modes.size() * seeds.size();
    }

    /** Runs them; returns whether all are whole. */
    boolean run(int threads) {
        long totalBytes = 0;
        for (long seed : seeds) {
            totalBytes += modes.size() * experiment.payloadBytes(seed);
        }
        ExecutorService pool = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("run-", 0).factory());
        try (EmulationProgress _ = EmulationProgress.ifTerminal(totalBytes, completedBytes::get)) {
            List<Future<Timed>> futures = new ArrayList<>();
            for (String mode : modes) {
                for (long seed : seeds) {
                    boolean first = seed == seeds.getFirst();
                    futures.add(pool.submit(() -> runOne(mode, seed, first && samples)));
                }
            }
            for (Future<Timed> future : futures) {
                take(future);
            }
        } finally {
            cancelled = true;
            pool.shutdownNow();
            awaitEnd(pool);
        }
        return results.size() == count();
    }

    private void take(Future<Timed> future) {
        try {
            add(future.get());
        } catch (InterruptedException e) {
            // Those that are over count; the rest end soon.
            cancelled = true;
            if (future.state() == Future.State.SUCCESS) {
                add(future.resultNow());
            }
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private static RuntimeException failure(ExecutionException e) {
        Throwable cause = e.getCause();
        return cause instanceof UncheckedIOException
                ? new EnvironmentException("cannot write a capture: " + cause, cause)
                : new RunFailure("a run failed: " + cause, cause == null ? e : cause);
    }

    private void add(Timed timed) {
        if (timed.result() != null) {
            results.add(timed.result());
            wallSeconds.put(timed.result(), timed.wallSeconds());
            processorSeconds += timed.processorSeconds();
        }
    }

    private static void awaitEnd(ExecutorService pool) {
        boolean interrupted = Thread.interrupted();
        try {
            // A run looks up after each slice of virtual time.
            boolean _ = pool.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Timed runOne(String mode, long seed, boolean sampled) {
        long beganNs = System.nanoTime();
        long usedNs = THREADS.getCurrentThreadCpuTime();
        Path capture = captures == null
                ? null
                : captures.resolve(Plots.fileName(experiment.name() + "-" + mode + "-" + seed) + ".pcapng");
        RunMonitor monitor = new RunMonitor() {
            private long before;

            @Override
            public boolean goesOn(long bytes) {
                completedBytes.addAndGet(bytes - before);
                before = bytes;
                return !cancelled;
            }
        };
        RunResult result = cancelled
                ? null
                : ExperimentRun.run(
                        experiment,
                        experiment.modes().indexOf(mode),
                        seed,
                        sampled,
                        capture,
                        monitor,
                        FabricController::new);
        return new Timed(
                result, (System.nanoTime() - beganNs) / 1e9, (THREADS.getCurrentThreadCpuTime() - usedNs) / 1e9);
    }

    /** Those that are whole, by mode and then by seed. */
    List<RunResult> results() {
        return results;
    }

    /** How long one took, its set-up included. */
    double wallSeconds(RunResult result) {
        return wallSeconds.getOrDefault(result, 0.0);
    }

    /** What they took, in a sentence: rates are by the processor time of the threads that ran them, set-up included. */
    String effort() {
        double seconds =
                wallSeconds.values().stream().mapToDouble(Double::doubleValue).sum();
        long events =
                results.stream().mapToLong(each -> each.packets().events()).sum();
        long hops = results.stream().mapToLong(each -> each.packets().hops()).sum();
        return String.format(
                Locale.ROOT,
                "%d runs in %.1f s of all threads, %.1f s of processor time: %d packet-hops, %.0f in a second of it; %d events, %.0f in a second of it; most memory %s",
                results.size(),
                seconds,
                processorSeconds,
                hops,
                hops / processorSeconds,
                events,
                events / processorSeconds,
                peakMemory());
    }

    private static String peakMemory() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024 + " MiB")
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}

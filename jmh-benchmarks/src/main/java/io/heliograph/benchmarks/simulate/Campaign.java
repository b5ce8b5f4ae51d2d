package io.heliograph.benchmarks.simulate;

import io.heliograph.transport.simulation.Outcome;
import io.heliograph.transport.simulation.Scenario;
import io.heliograph.transport.simulation.ScenarioGenerator;
import io.heliograph.transport.simulation.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Schedules of one base seed, shared out to threads, until enough have run, time is up, somebody interrupts, or one has failed. */
public final class Campaign {
    private final long baseSeed;
    private final long maxSchedules;
    private final int threads;
    private final AtomicLong next = new AtomicLong();
    private final LongAdder schedules = new LongAdder();
    private final LongAdder messages = new LongAdder();
    private final LongAdder frames = new LongAdder();
    private final LongAdder virtualNs = new LongAdder();
    private final Coverage coverage = new Coverage();
    private final AtomicReference<@Nullable FailedSchedule> failed = new AtomicReference<>();
    private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();
    private volatile boolean stopped;
    private long elapsedNs;

    /**
     * A schedule that failed.
     *
     * @param seed its own
     * @param outcome how
     */
    public record FailedSchedule(long seed, Outcome outcome) {}

    /** The first {@code maxSchedules} schedules of a base seed on so many threads. */
    public Campaign(long baseSeed, long maxSchedules, int threads) {
        this.baseSeed = baseSeed;
        this.maxSchedules = maxSchedules;
        this.threads = threads;
    }

    /**
     * Runs; an interrupt of the calling thread ends it early, and stays set.
     *
     * @param maxNs how long at most
     */
    public void run(long maxNs) {
        long startNs = System.nanoTime();
        CountDownLatch running = new CountDownLatch(threads);
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            started.add(Thread.ofPlatform().name("simulation-" + i).start(() -> {
                try {
                    work();
                } catch (RuntimeException | Error e) {
                    broken.compareAndSet(null, e);
                    stopped = true;
                } finally {
                    running.countDown();
                }
            }));
        }
        boolean interrupted = await(running, maxNs);
        stopped = true;
        for (Thread each : started) {
            interrupted |= join(each);
        }
        elapsedNs = System.nanoTime() - startNs;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Throwable cause = broken.get();
        if (cause != null) {
            throw new IllegalStateException("the simulation itself broke", cause);
        }
    }

    private static boolean await(CountDownLatch running, long maxNs) {
        try {
            boolean done = running.await(maxNs, TimeUnit.NANOSECONDS);
            return done && Thread.interrupted();
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** Waits for a thread that ends soon; returns whether it was interrupted meanwhile. */
    private static boolean join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private void work() {
        try (Simulation simulation = new Simulation()) {
            for (long i = next.getAndIncrement(); i < maxSchedules && !stopped; i = next.getAndIncrement()) {
                long seed = ScenarioGenerator.seed(baseSeed, i);
                Scenario scenario = ScenarioGenerator.generate(seed);
                Outcome outcome = simulation.run(scenario);
                coverage.add(scenario, outcome);
                schedules.increment();
                messages.add(outcome.messages());
                frames.add(outcome.frames());
                virtualNs.add(outcome.virtualNs());
                if (!outcome.passed()) {
                    failed.compareAndSet(null, new FailedSchedule(seed, outcome));
                    stopped = true;
                }
            }
        }
    }

    /** Schedules that ran so far; any thread. */
    public long schedules() {
        return schedules.sum();
    }

    /** Messages posted in them. */
    public long messages() {
        return messages.sum();
    }

    /** Frames sent in them. */
    public long frames() {
        return frames.sum();
    }

    /** Seconds that passed in them. */
    public double virtualSeconds() {
        return virtualNs.sum() / 1e9;
    }

    /** What happened in them. */
    public Coverage coverage() {
        return coverage;
    }

    /** Seconds that the run took. */
    public double seconds() {
        return elapsedNs / 1e9;
    }

    /** The first schedule that failed, or null. */
    public @Nullable FailedSchedule failed() {
        return failed.get();
    }
}

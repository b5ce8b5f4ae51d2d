package io.heliograph.benchmarks.cli;

import java.io.Console;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A bar on standard error that counts schedules, or what else a run is made of, and how many there are in a second, if a person looks at it. */
final class ScheduleProgress implements AutoCloseable {

    private static final int WIDTH = 100;
    private static final long INTERVAL_MS = 200;

    private final @Nullable ProgressBar bar;
    private final @Nullable ScheduledExecutorService timer;

    private ScheduleProgress(@Nullable ProgressBar bar, @Nullable ScheduledExecutorService timer) {
        this.bar = bar;
        this.timer = timer;
    }

    /** The same for schedules. */
    static ScheduleProgress ifTerminal(@Nullable Long total, LongSupplier soFar) {
        return ifTerminal("schedules", total, soFar);
    }

    /**
     * Starts to show how many are done.
     *
     * @param what they are
     * @param total how many there will be, or null if nobody knows
     * @param soFar may be asked from any thread
     */
    @SuppressWarnings("SystemConsoleNull") // since 25 it is null again where there is no terminal
    static ScheduleProgress ifTerminal(String what, @Nullable Long total, LongSupplier soFar) {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            return new ScheduleProgress(null, null);
        }
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(what)
                .setInitialMax(total == null ? -1 : total)
                .showSpeed()
                .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                .build();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("progress").factory());
        var _ = timer.scheduleAtFixedRate(() -> bar.stepTo(soFar.getAsLong()), 0, INTERVAL_MS, TimeUnit.MILLISECONDS);
        return new ScheduleProgress(bar, timer);
    }

    @Override
    public void close() {
        if (timer != null && bar != null) {
            timer.shutdownNow();
            bar.close();
        }
    }
}

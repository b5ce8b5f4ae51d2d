package io.heliograph.benchmarks.emulator;

import java.io.Console;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A bar on standard error that counts the payload of messages that are over, if a person looks at it. */
final class EmulationProgress implements AutoCloseable {
    private static final int WIDTH = 100;
    private static final long INTERVAL_MS = 200;
    private static final long MEBIBYTE = 1 << 20;

    private final @Nullable ProgressBar bar;
    private final @Nullable ScheduledExecutorService timer;

    private EmulationProgress(@Nullable ProgressBar bar, @Nullable ScheduledExecutorService timer) {
        this.bar = bar;
        this.timer = timer;
    }

    /**
     * Starts to show it.
     *
     * @param totalBytes of all runs
     * @param soFar may be asked from any thread
     */
    @SuppressWarnings("SystemConsoleNull") // since 25 it is null again where there is no terminal
    static EmulationProgress ifTerminal(long totalBytes, LongSupplier soFar) {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            return new EmulationProgress(null, null);
        }
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("emulate")
                .setInitialMax(totalBytes)
                .setUnit(" MiB", MEBIBYTE)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                .build();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("progress").factory());
        var _ = timer.scheduleAtFixedRate(() -> bar.stepTo(soFar.getAsLong()), 0, INTERVAL_MS, TimeUnit.MILLISECONDS);
        return new EmulationProgress(bar, timer);
    }

    @Override
    public void close() {
        if (timer != null && bar != null) {
            timer.shutdownNow();
            bar.close();
        }
    }
}

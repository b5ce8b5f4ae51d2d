package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.files.Progress;
import java.io.Console;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A progress bar on standard error, if a person looks at it. The thread that moves the bytes takes no part in it. */
final class TerminalProgress implements Progress {

    private static final int WIDTH = 100;
    private static final long INTERVAL_MS = 100;
    private static final long MEBIBYTE = 1 << 20;

    private TerminalProgress() {}

    @SuppressWarnings("SystemConsoleNull") // since 25 it is null again where there is no terminal
    static Progress ifTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal() ? new TerminalProgress() : Progress.NONE;
    }

    @Override
    public Watch watch(String name, long bytes, LongSupplier soFar) {
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(bytes)
                .setUnit(" MiB", MEBIBYTE)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                .build();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("progress").factory());
        var ticks = timer.scheduleAtFixedRate(
                () -> bar.stepTo(Math.min(bytes, soFar.getAsLong())), 0, INTERVAL_MS, TimeUnit.MILLISECONDS);
        return new Watch() {
            @Override
            public void done() {
                ticks.cancel(false);
                bar.stepTo(bytes);
            }

            @Override
            public void close() {
                timer.shutdownNow();
                bar.close();
            }
        };
    }
}

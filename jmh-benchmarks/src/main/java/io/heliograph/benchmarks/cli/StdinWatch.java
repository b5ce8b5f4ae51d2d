package io.heliograph.benchmarks.cli;

import java.io.IOException;

/** Ends this process when its standard input does: whoever started it holds the other end and says nothing. */
public final class StdinWatch {

    private StdinWatch() {}

    /** Begins to watch. */
    public static void start() {
        Thread.ofPlatform().daemon().name("stdin-watch").start(StdinWatch::exitAtEndOfInput);
    }

    private static void exitAtEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is expected.
            }
        } catch (IOException e) {
            // As good as its end.
        }
        System.exit(Helio.FAILED);
    }
}

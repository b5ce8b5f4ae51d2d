package io.heliograph.benchmarks.soak;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Counts failed checks and keeps the first in words; one thread fails, any asks. */
public final class Checks {

    private final Tally tally;
    private final AtomicReference<@Nullable String> first = new AtomicReference<>();

    /** Nothing failed yet. */
    public Checks(Tally tally) {
        this.tally = tally;
    }

    /** A check failed. */
    void fail(String what) {
        tally.add(Figure.ERRORS, 1);
        first.compareAndSet(null, what);
    }

    /** The first that failed, or null. */
    public @Nullable String first() {
        return first.get();
    }
}
